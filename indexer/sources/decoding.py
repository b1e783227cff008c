"""Bytes to text: the encodings in which Chinese legal text is found, and characters that no text should hold."""

import codecs
import re

from indexer.errors import SourceError
from indexer.types import Note

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is a prefix of it
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LINE_ENDS = re.compile("\r\n?|[\u0085\u2028\u2029]")
# C0 controls but tab, line feed and form feed; DEL; zero-width space and joiners; soft hyphen; lone byte order marks.
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\u00ad\u200b-\u200f\u2060\ufeff]")
_CONTROLS = re.compile("[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
# In broken UTF-8 most sequences are sound; GB 18030 read as UTF-8 is broken nearly everywhere.
_SOUND_PER_BROKEN = 4


def decode(content: bytes, source: str, declared: str | None = None) -> str:
    """Decode the bytes of a text file.

    A byte order mark decides; then UTF-8, then the encoding that the file declares, then GB 18030 (of which GB 2312
    and GBK are subsets). UTF-8 with a few broken bytes is reported, not taken for GB 18030, which would accept
    almost any bytes and give nonsense.

    Args:
        content: The whole file.
        source: Its path, for the message.
        declared: What the file says its encoding is, if it does.

    Returns:
        The text without its byte order mark.

    Raises:
        SourceError: The file is binary, or its encoding is broken; the message gives the byte's offset from 0.
    """
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return _strict(content, encoding, source)
    if b"\0" in content:
        at = content.index(b"\0")
        raise SourceError(
            f"这是二进制文件，不是文本：{source}（第 {at} 字节是 NUL），请给出文本、网页、DOCX 或 PDF 文件"
        )
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as broken:
        if declared and (text := _declared(content, declared)) is not None:
            return text
        if _is_utf8_mostly(content):
            raise _broken(source, "UTF-8", broken.start) from broken
    text = _strict(content, "gb18030", source)
    if len(_CONTROLS.findall(text)) * 10 > len(text):
        raise SourceError(f"这是二进制文件，不是文本：{source}，请给出文本、网页、DOCX 或 PDF 文件")
    return text


def clean(text: str) -> tuple[str, tuple[Note, ...]]:
    """Make every line end a line feed and take out characters that cannot be seen.

    Args:
        text: Decoded text.

    Returns:
        The text, and a note when invisible characters were taken out.
    """
    if "\r" in text or "\u2028" in text or "\u2029" in text or "\u0085" in text:
        text = _LINE_ENDS.sub("\n", text)
    text, removed = _INVISIBLE.subn("", text)
    return text, (Note(f"去掉了 {removed} 个不可见的控制字符"),) if removed else ()


def _strict(content: bytes, encoding: str, source: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as broken:
        raise _broken(source, encoding.upper().removesuffix("-SIG"), broken.start) from broken


def _declared(content: bytes, encoding: str) -> str | None:
    name = "gb18030" if encoding.lower() in {"gb2312", "gbk", "x-gbk"} else encoding
    try:
        # A codec that is no text encoding (base64) raises LookupError, as an unknown one does.
        return content.decode(name)
    except (LookupError, UnicodeError):
        return None


def _is_utf8_mostly(content: bytes) -> bool:
    text = content.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    sound = sum(1 for character in text if character > "\x7f") - broken
    return sound >= _SOUND_PER_BROKEN * broken


def _broken(source: str, encoding: str, offset: int) -> SourceError:
    return SourceError(f"编码损坏：{source} 第 {offset} 字节不是有效的 {encoding}，请用 UTF-8 或 GB 18030 重新保存")

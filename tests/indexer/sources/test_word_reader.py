import io
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from indexer.errors import SourceError
from indexer.sources import Limits, read
from indexer.sources.numbering import write_number
from indexer.structure import parse
from indexer.types import Note, RawDocument

LEVEL = '<w:lvl w:ilvl="{}"><w:start w:val="1"/><w:numFmt w:val="{}"/><w:lvlText w:val="{}"/>{}</w:lvl>'


def numbered(levels: list[tuple[str, str, str]], instances: str = "") -> Any:
    """A document with one abstract list: (format, template, other elements) a level; numId 50 uses it."""
    document = docx.Document()
    numbering = document.part.numbering_part.element
    body = "".join(LEVEL.format(depth, *level) for depth, level in enumerate(levels))
    first = numbering.find(qn("w:num"))
    first.addprevious(parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="50">{body}</w:abstractNum>'))
    plain = '<w:num {} w:numId="50"><w:abstractNumId w:val="50"/></w:num>'.format(nsdecls("w"))
    for xml in (plain, *filter(None, instances.split("|"))):
        numbering.append(parse_xml(xml.replace("<w:num ", f"<w:num {nsdecls('w')} ", 1) if "xmlns" not in xml else xml))
    return document


def add(document: Any, text: str, depth: int | None = None, instance: int = 50) -> Any:
    paragraph = document.add_paragraph(text)
    if depth is not None:
        paragraph._p.get_or_add_pPr().append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{depth}"/><w:numId w:val="{instance}"/></w:numPr>')
        )
    return paragraph


def saved(folder: Path, document: Any) -> RawDocument:
    path = folder / "文.docx"
    document.save(str(path))
    return read(path)


def texts(raw: RawDocument) -> list[str]:
    return [line.text for line in raw.lines]


def test_paragraphs_and_tables_in_order_with_heading_levels(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("青桐市公园办法", style="Title")
    document.add_heading("第一章 总则", 2)
    document.add_paragraph("第一条 长椅\t供人休息。").add_run().add_break()
    table = document.add_table(rows=3, cols=3)
    for row, words in enumerate(("类别 项目 元", "房屋 登记 1", "_ 变更 2")):
        for column, word in enumerate(words.split()):
            table.cell(row, column).text = word
    table.cell(2, 0).text = ""
    table.cell(1, 0).merge(table.cell(2, 0))
    wide = table.add_row()
    wide.cells[0].merge(wide.cells[1]).text = "合计"
    wide.cells[2].text = "3\n元"
    document.add_paragraph("第二条 完。")
    raw = saved(tmp_path, document)
    assert [(line.text, line.level, line.is_row) for line in raw.lines] == [
        ("青桐市公园办法", 1, False),
        ("第一章 总则", 2, False),
        ("第一条 长椅 供人休息。", 0, False),
        ("", 0, False),
        ("类别\t项目\t元", 0, True),
        ("房屋\t登记\t1", 0, True),
        ("\t变更\t2", 0, True),
        ("合计\t\t3 元", 0, True),
        ("第二条 完。", 0, False),
    ]
    assert [line.number for line in raw.lines] == list(range(1, 10))


def test_automatic_numbers_are_written_out(tmp_path: Path) -> None:
    document = numbered(
        [
            ("chineseCountingThousand", "第%1章", ""),
            ("chineseCountingThousand", "第%2条", '<w:lvlRestart w:val="0"/>'),
            ("chineseCounting", "（%3）", '<w:suff w:val="nothing"/>'),
            ("decimal", "%4.", ""),
        ]
    )
    for text, depth in [
        ("总则", 0), ("长椅。", 1), ("新的", 2), ("旧的", 2), ("木的", 3), ("后款。", None), ("花。", 1), ("红的", 2),
        ("附则", 0), ("树。", 1),
    ]:  # fmt: skip
        add(document, text, depth)
    assert texts(saved(tmp_path, document)) == [
        "第一章 总则",
        "第一条 长椅。",
        "（一）新的",
        "（二）旧的",
        "1. 木的",
        "后款。",
        "第二条 花。",
        "（一）红的",
        "第二章 附则",
        "第三条 树。",
    ]


def test_an_instance_may_begin_again_and_share_a_count(tmp_path: Path) -> None:
    again = (
        '<w:num w:numId="51"><w:abstractNumId w:val="50"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
        '|<w:num w:numId="52"><w:abstractNumId w:val="50"/></w:num>'
    )
    document = numbered([("decimal", "%1、", '<w:suff w:val="nothing"/>')], again)
    for text, instance in [("甲", 50), ("乙", 50), ("丙", 51), ("丁", 51), ("戊", 52)]:
        add(document, text, 0, instance)
    add(document, "己", 0, 99)
    add(document, "庚", 0, 0)
    assert texts(saved(tmp_path, document)) == ["1、甲", "2、乙", "1、丙", "2、丁", "3、戊", "己", "庚"]


def test_a_style_may_number_its_paragraphs_and_legal_numbers_are_arabic(tmp_path: Path) -> None:
    document = numbered([("chineseCounting", "第%1节", ""), ("upperRoman", "%1.%2", "<w:isLgl/>")])
    style = document.styles.add_style("条", 1)
    style.element.get_or_add_pPr().append(parse_xml(f'<w:numPr {nsdecls("w")}><w:numId w:val="50"/></w:numPr>'))
    document.styles.add_style("条二", 1).base_style = style
    document.add_paragraph("甲", style="条")
    document.add_paragraph("", style="条二")
    document.add_paragraph("乙", style="条二")
    add(document, "丙", 1)
    assert texts(saved(tmp_path, document)) == ["第一节 甲", "", "第三节 乙", "3.I 丙"]


@pytest.mark.parametrize(
    ("style", "number", "written"),
    [
        ("chineseCounting", 21, "二十一"),
        ("chineseCountingThousand", 133, "一百三十三"),
        ("ideographDigital", 105, "一〇五"),
        ("chineseLegalSimplified", 12, "拾贰"),
        ("ideographTraditional", 3, "丙"),
        ("ideographZodiac", 13, "子"),
        ("decimalEnclosedCircleChinese", 3, "③"),
        ("decimalEnclosedCircle", 30, "30"),
        ("decimalFullWidth", 10, "１０"),
        ("decimalZero", 7, "07"),
        ("upperRoman", 1994, "MCMXCIV"),
        ("lowerRoman", 4, "iv"),
        ("upperLetter", 28, "BB"),
        ("lowerLetter", 26, "z"),
        ("lowerLetter", 0, ""),
        ("none", 3, ""),
        ("hebrew1", 3, "3"),
    ],
)
def test_number_formats(style: str, number: int, written: str) -> None:
    assert write_number(number, style) == written


def body(folder: Path, xml: str) -> RawDocument:
    """A document whose body begins with ``xml``."""
    document = docx.Document()
    wrapped = parse_xml(
        f'<w:body {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml" xmlns:mc="{MC}">{xml}</w:body>'
    )
    for element in reversed(list(wrapped)):
        document.element.body.insert(0, element)
    return saved(folder, document)


MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
BOX = "<v:textbox><w:txbxContent><w:p><w:r><w:t>框中字</w:t></w:r></w:p></w:txbxContent></v:textbox>"


def test_tracked_changes_fields_and_controls(tmp_path: Path) -> None:
    raw = body(
        tmp_path,
        "<w:p><w:r><w:t>留</w:t></w:r><w:del><w:r><w:delText>删</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>增</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>走</w:t></w:r></w:moveFrom>"
        "<w:r><w:instrText>PAGE</w:instrText></w:r><w:hyperlink><w:r><w:t>链</w:t></w:r></w:hyperlink></w:p>"
        "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>前半</w:t></w:r></w:p>"
        "<w:p><w:r><w:t>后半</w:t></w:r></w:p>"
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>控件</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        "<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p><w:r><w:t>旧行</w:t></w:r></w:p></w:tc><w:tc><w:p/></w:tc></w:tr>"
        "<w:tr><w:tc><w:p><w:r><w:t>甲</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>乙</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
    )
    assert texts(raw) == ["留增链", "前半后半", "控件", "甲\t乙"]
    assert raw.notes == (
        Note("修订中删除的文字未读入：删", 1),
        Note("修订中删除的文字未读入：旧行", 4),
        Note("修订中插入的文字 1 处按已接受读入"),
    )


def test_text_boxes_follow_their_paragraph_and_what_is_left_out_is_counted(tmp_path: Path) -> None:
    raw = body(
        tmp_path,
        "<w:p><w:r><w:t>正文</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires='wps'>"
        f"<w:pict>{BOX}</w:pict></mc:Choice><mc:Fallback><w:pict>{BOX}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
        '<w:r><w:footnoteReference w:id="1"/></w:r><w:r><w:pict/></w:r></w:p>'
        "<w:p><w:r><w:ruby><w:rt><w:r><w:t>yǐ</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>椅</w:t></w:r></w:rubyBase>"
        "</w:ruby></w:r></w:p>",
    )
    assert texts(raw) == ["正文", "框中字", "椅"]
    assert raw.notes == (
        Note("脚注 1 处没有文字", 1),
        Note("文本框的文字接在所在段落之后", 2),
        Note("注音未读入：yǐ", 3),
        Note("图片或图形 1 处未作为正文读入"),
    )


def attach(document: Any, name: str, xml: str) -> None:
    """Puts a part (footnotes, endnotes) beside the body."""
    content = f"<w:{name} {nsdecls('w')}>{xml}</w:{name}>".encode()
    kind = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{name}+xml"
    part = Part(PackURI(f"/word/{name}.xml"), kind, content, document.part.package)
    document.part.relate_to(part, f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{name}")


def test_what_stands_beside_the_body_is_noted_with_its_words(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("云岭省公园条例")
    paragraph: Any = document.add_paragraph("第一条　长椅供人休息。")
    for tag, number in (("footnote", 2), ("endnote", 1)):
        reference = f'<w:r {nsdecls("w")}><w:{tag}Reference w:id="{number}"/></w:r>'
        paragraph._p.append(parse_xml(reference))
    document.add_comment(paragraph.runs, text="此处待议", author="甲")
    note = '<w:{0} w:id="{1}"{2}><w:p><w:r><w:t>{3}</w:t></w:r></w:p></w:{0}>'
    attach(
        document,
        "footnotes",
        note.format("footnote", 0, ' w:type="separator"', "线")
        + note.format("footnote", 2, "", "指公园里的椅子")
        + note.format("footnote", 3, "", "无处引用"),
    )
    attach(document, "endnotes", note.format("endnote", 1, "", "尾注的字"))
    section = document.sections[0]
    section.header.paragraphs[0].text = "云岭省人民政府公报"
    section.footer.paragraphs[0].text = "— 1 —"
    section.different_first_page_header_footer = True
    section.first_page_footer.paragraphs[0].text = "内部资料"
    raw = saved(tmp_path, document)
    assert texts(raw) == ["云岭省公园条例", "第一条　长椅供人休息。"]
    notes = {
        Note("脚注未并入正文：指公园里的椅子", 2),
        Note("尾注未并入正文：尾注的字", 2),
        Note("批注未并入正文：此处待议", 2),
        Note("脚注未并入正文：无处引用"),
        Note("页眉未并入正文：云岭省人民政府公报"),
        Note("页脚未并入正文：内部资料"),
    }
    assert set(raw.notes) == notes
    (law,) = parse(raw)
    assert set(law.audit.notes) == notes


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"


def test_merged_cells_are_known_in_any_column(tmp_path: Path) -> None:
    down, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    rows = [
        [cell("序号"), cell("事项"), cell("单位"), cell("时限")],
        [cell("1"), cell("种树"), cell("园林局", down), cell("三月", down)],
        [cell("2"), cell(""), cell("", on), cell("遮住", on)],
        [cell("3"), cell("共同", '<w:gridSpan w:val="2"/>'), cell("")],
        [cell("孤", on), cell("甲"), cell("乙"), cell("丙")],
    ]
    raw = body(tmp_path, "<w:tbl>" + "".join(f"<w:tr>{''.join(row)}</w:tr>" for row in rows) + "</w:tbl>")
    assert [(line.text, line.merged) for line in raw.lines] == [
        ("序号\t事项\t单位\t时限", ()),
        ("1\t种树\t园林局\t三月", ()),
        ("2\t\t\t", ((2, "园林局"), (3, "三月"))),
        ("3\t共同\t\t", ((2, "共同"),)),
        ("孤\t甲\t乙\t丙", ()),
    ]
    assert raw.notes == (Note("纵向合并的单元格中被遮住的文字未读入：遮住", 3),)
    (document,) = parse(raw)
    values = [tuple(value for _, value in node.cells) for node, _ in document.nodes if node.cells]
    assert values == [
        ("1", "种树", "园林局", "三月"),
        ("2", None, "园林局", "三月"),
        ("3", "共同", "共同", None),
        ("孤", "甲", "乙", "丙"),
    ]


def test_hostile_and_damaged_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "坏.docx"
    path.write_bytes(b"PK\x03\x04 and so on")
    with pytest.raises(SourceError, match="不是有效的 DOCX"):
        read(path)
    path.write_bytes(b"\xd0\xcf\x11\xe0" + b"x" * 600)
    with pytest.raises(SourceError, match="已加密或是旧版 DOC"):
        read(path)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b"\0" * 3_000_000)
    path.write_bytes(packed.getvalue())
    with pytest.raises(SourceError, match="已损坏"):
        read(path)
    with pytest.raises(SourceError, match="解压后有 3000000 字节"):
        read(path, Limits(decompressed=2_000_000))


def test_a_document_without_words_or_too_deep_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="没有文字"):
        saved(tmp_path, docx.Document())
    # One column is a frame that is read through, two are a table: neither may cost more at each level.
    for row in ("<w:tc>", "<w:tc><w:p><w:r><w:t>旁</w:t></w:r></w:p></w:tc><w:tc>"):
        deep = f"<w:tbl><w:tr>{row}" * 40 + "<w:p><w:r><w:t>深</w:t></w:r></w:p>" + "</w:tc></w:tr></w:tbl>" * 40
        assert "深" in texts(body(tmp_path, deep))[0]
        with pytest.raises(SourceError, match="嵌套超过 5 层"):
            read(tmp_path / "文.docx", Limits(nesting=5))

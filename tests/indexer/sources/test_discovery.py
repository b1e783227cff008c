import os
from pathlib import Path

import pytest

from indexer.errors import SourceError
from indexer.sources import discover


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (
        "乙.md",
        "甲.TXT",
        "子/丙.html",
        "子/丁.pdf",
        ".藏/戊.txt",
        ".己.txt",
        "~$甲.docx",
        "图.png",
        "README.md",
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("文", encoding="utf-8")
    return tmp_path


def names(found: tuple[Path, ...], folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path in found]


def test_a_folder_is_searched_in_order(folder: Path) -> None:
    found = discover([folder])
    assert names(found.files, folder) == ["乙.md", "子/丁.pdf", "子/丙.html", "甲.TXT"]
    assert {(str(path.relative_to(folder)), reason) for path, reason in found.skipped} == {
        (".己.txt", "隐藏文件或临时文件"),
        (".藏", "隐藏文件或临时文件"),
        ("~$甲.docx", "隐藏文件或临时文件"),
        ("图.png", "不支持的格式 .png"),
        ("README.md", "说明文件，不是法规文本"),
    }


def test_the_same_file_counts_once_in_the_order_of_the_sources(folder: Path) -> None:
    (folder / "链.md").symlink_to(folder / "乙.md")
    found = discover([folder / "子" / "丙.html", str(folder / "*.md"), folder / "子" / ".." / "子", folder])
    assert names(found.files, folder)[:2] == ["子/丙.html", "乙.md"]
    assert len(found.files) == 4


def test_globs_and_names_with_brackets(folder: Path) -> None:
    assert names(discover([f"{folder}/**/*.html"]).files, folder) == ["子/丙.html"]
    assert len(discover([f"{folder}/**"]).files) == 4
    assert names(discover([f"{folder}/[子]"]).files, folder) == ["子/丁.pdf", "子/丙.html"]
    odd = folder / "文[1].txt"
    odd.write_text("文", encoding="utf-8")
    assert discover([odd]).files == (odd,)
    # A file that is named itself is read, whatever it is called.
    assert len(discover([folder / "README.md"]).files) == 1


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("无此", "没有这个文件或文件夹：.*无此"),
        ("无*.txt", "没有文件符合 .*无"),
        ("图.png", "不支持的文件格式：.*图.png，支持 .docx"),
        ("空", "没有找到可以读取的文件：.*空"),
        ("长" * 2000, "没有这个文件或文件夹"),
        ("零\0", "没有这个文件或文件夹"),
    ],
)
def test_a_source_without_files_is_one_clear_line(folder: Path, source: str, words: str) -> None:
    (folder / "空").mkdir()
    with pytest.raises(SourceError, match=words) as refused:
        discover([f"{folder}/{source}"])
    assert "\n" not in str(refused.value)


def test_no_source_at_all() -> None:
    with pytest.raises(SourceError, match="没有找到"):
        discover([])


def test_a_folder_without_permission(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scan = os.scandir

    def refuse(path: Path) -> object:
        if Path(path).name == "子":
            raise PermissionError
        return scan(path)

    # Permission bits do not stop the superuser, who may be running this.
    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(SourceError, match=r"没有权限读取文件夹：.*子"):
        discover([folder / "子"])
    found = discover([folder])
    assert names(found.files, folder) == ["乙.md", "甲.TXT"]
    assert (folder / "子", f"没有权限读取文件夹：{folder / '子'}，请检查权限") in found.skipped


def test_a_link_to_a_folder_above_does_not_go_round(folder: Path) -> None:
    (folder / "子" / "环").symlink_to(folder)
    found = discover([folder])
    assert len(found.files) == 4
    assert (folder / "子" / "环", "指向文件夹的链接") in found.skipped

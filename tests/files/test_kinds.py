"""What is taken for what it is, and what is refused, whatever it calls itself."""

from pathlib import Path

import pytest

from haizhi_portal.files.kinds import KINDS, NotAcceptable, recognise
from tests.files import specimens

ALL = ("pdf", "jpg", "png", "docx")
ACTIVE = ("script at opening", "script in names", "script of a page", "program in a link", "dynamic form", "film")
pytestmark = pytest.mark.clause("4.1-materials")


def look(folder: Path, content: bytes, ending: str, allow: tuple[str, ...] = ALL) -> str:
    path = folder / "specimen"
    path.write_bytes(content)
    return recognise(path, ending=ending, allow=allow).key


@pytest.mark.parametrize(
    ("content", "ending", "key"),
    [
        (specimens.pdf(), "pdf", "pdf"),
        (specimens.jpg(), "jpg", "jpg"),
        (specimens.jpg(), "jpeg", "jpg"),
        (specimens.png(), "png", "png"),
        (specimens.docx(), "docx", "docx"),
    ],
)
def test_taken(tmp_path: Path, content: bytes, ending: str, key: str) -> None:
    assert look(tmp_path, content, ending) == key


@pytest.mark.parametrize(
    ("content", "ending", "words"),
    [
        (b"", "pdf", "文件是空的"),
        (specimens.PROGRAM, "pdf", "Windows 程序"),
        (b"\x7fELF\x02\x01\x01" + b"\0" * 64, "pdf", "Linux 程序"),
        (b"#!/bin/sh\nrm -rf /\n", "pdf", "脚本程序"),
        (b"<html><script>alert(1)</script></html>", "pdf", "网页"),
        (b"<?xml version='1.0'?><svg/>", "png", "网页"),
        (b"GIF89a" + b"\0" * 32, "png", "不是"),
        (b"plain words", "docx", "不是"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 64, "docx", "旧版或加密的 Office"),
        (specimens.PROGRAM + specimens.pdf(), "pdf", "Windows 程序"),
        (specimens.PROGRAM + specimens.docx(), "docx", "Windows 程序"),
        (specimens.pdf(), "docx", "扩展名却是“docx”"),
        (specimens.docx(), "pdf", "扩展名却是“pdf”"),
        (specimens.png(), "jpg", "扩展名却是“jpg”"),
        (specimens.pdf(), "exe", "扩展名却是“exe”"),
        (specimens.pdf(), "", "扩展名却是“无”"),
        (specimens.pdf() + specimens.archive({"a.class": b"x" * 99}), "pdf", "附带了一个压缩包"),
        (specimens.png() + specimens.archive({"a": b"x"}), "png", "附带了一个压缩包"),
        (specimens.jpg() + specimens.archive({"a": b"x"}), "jpg", "附带了一个压缩包"),
        (specimens.pdf(password="secret"), "pdf", "打开密码"),
        (specimens.pdf(owner_only=True), "pdf", "权限限制"),
        (specimens.pdf(pages=0), "pdf", "没有页面"),
        (b"%PDF-1.7\nnothing more", "pdf", "PDF 已损坏"),
        (b"%PDF-1.7\n" + b"<<" * 20000, "pdf", "PDF 已损坏"),
        (specimens.png()[:-10], "png", "PNG 图片不完整"),
        (b"\x89PNG\r\n\x1a\n", "png", "PNG 图片不完整"),
        (specimens.jpg()[:-30], "jpg", "JPG 图片不完整"),
        (b"\xff\xd8\xff\xd9", "jpg", "不"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\0" * 9 + b"\xff\xd9", "jpg", "JPG 图片不完整"),
        (specimens.archive({"a.txt": b"x"}), "docx", "不是 Word 文件"),
        (specimens.docx(without="word/document.xml"), "docx", "不是 Word 文件"),
        (specimens.docx(types="application/vnd.ms-excel"), "docx", "不是 Word 文件"),
        (specimens.docx(types="application/vnd.ms-word.document.macroEnabled.main+xml"), "docx", "有宏"),
        (specimens.docx(extra={"word/vbaProject.bin": b"x"}), "docx", "有宏"),
        (specimens.docx(extra={"../../etc/passwd": b"x"}), "docx", "不是 Word 文件"),
        (specimens.docx(extra={"C:\\run.exe": b"x"}), "docx", "不是 Word 文件"),
        (specimens.docx(extra={"word/document.xml": b"MZ\x90"}), "docx", "Word 文件已损坏"),
        (specimens.docx(extra={"word/media/zeros": b"\0" * (501 * 1024 * 1024)}), "docx", "展开后过大"),
        (specimens.locked_archive(), "docx", "加了密"),
        (specimens.docx(extra={"word/embeddings/oleObject1.bin": b"x"}), "docx", "嵌有程序"),
        (specimens.docx(extra={"word/activeX/activeX1.bin": b"x"}), "docx", "嵌有程序"),
        (specimens.docx(extra={"word/_rels/settings.xml.rels": specimens.TEMPLATE_ELSEWHERE}), "docx", "外部模板"),
        (
            specimens.docx(extra={"word/document.xml": b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a/>"}),
            "docx",
            "Word 文件已损坏",
        ),
        (specimens.docx() + b"<script>alert(1)</script>", "docx", "Word 文件已损坏"),
        (specimens.pdf() + b"<html><script>alert(1)</script>" * 50, "pdf", "末尾附带了其他内容"),
        (b"<!--" + specimens.pdf(), "pdf", "网页"),
        (b"GIF89a" + specimens.jpg()[6:], "jpg", "不是"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "jpg", "网页"),
        (specimens.png() + b"<script>alert(1)</script>", "png", "PNG 图片不完整"),
        (specimens.jpg()[:2] + specimens.pdf(), "jpg", "不"),
        *((specimens.pdf_with(name), "pdf", "自动运行") for name in ACTIVE),
        (specimens.pdf_with("file"), "pdf", "夹带了其他文件"),
        (specimens.docx()[:-40], "docx", "Word 文件已损坏"),
        (b"PK\x03\x04" + b"\0" * 200, "docx", "Word 文件已损坏"),
    ],
)
def test_refused(tmp_path: Path, content: bytes, ending: str, words: str) -> None:
    with pytest.raises(NotAcceptable, match=words):
        look(tmp_path, content, ending)


def test_pages_are_counted_and_a_harmless_opening_view_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "specimen"
    for content, ending, pages in (
        (specimens.pdf(pages=60), "pdf", 60),
        (specimens.pdf_with("goes to a page"), "pdf", 1),
        (specimens.word("一", pages=12), "docx", 12),
        (specimens.word("一"), "docx", None),
        (specimens.docx(), "docx", None),
        (specimens.png(), "png", 1),
    ):
        path.write_bytes(content)
        assert recognise(path, ending=ending, allow=ALL).pages == pages


def test_only_what_is_allowed_here(tmp_path: Path) -> None:
    with pytest.raises(NotAcceptable, match="不是PDF，而是PNG 图片"):
        look(tmp_path, specimens.png(), "png", allow=("pdf",))


def test_every_kind_has_an_ending_of_its_own() -> None:
    endings = [ending for kind in KINDS.values() for ending in kind.endings]
    assert len(endings) == len(set(endings)) == 5

"""Names as people see them, whatever was sent as a name."""

import pytest

from haizhi_portal.files.names import LONGEST, clean_name, extension


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("法人证书.pdf", "法人证书.pdf"),
        ("/etc/passwd", "passwd"),
        ("..\\..\\windows\\system32\\计划.docx", "计划.docx"),
        ("a/b/../../c.pdf", "c.pdf"),
        ("计划\x00书\r\nSet-Cookie: x.pdf", "计划书 Set-Cookie x.pdf"),
        ("证书\u202efdp.exe", "证书fdp.exe"),
        ("\ufeff  . 证书 .pdf ", "证书 .pdf"),
        ("...", "附件"),
        ("", "附件"),
        ("/", "附件"),
        ("\ud800坏.pdf", "坏.pdf"),
        ("长" * 300 + ".pdf", "长" * (LONGEST - 4) + ".pdf"),
        ("x." + "y" * 300, "x." + "y" * 118),
        ("长" * 300 + ".ninesigns", "长" * (LONGEST - 10) + ".ninesigns"),
        ("长" * 300 + ".ten-signs-", "长" * LONGEST),
    ],
)
def test_clean_name(sent: str, kept: str) -> None:
    assert clean_name(sent) == kept


@pytest.mark.parametrize(
    ("name", "ending"), [("a.PDF", "pdf"), ("a.tar.GZ", "gz"), ("a", ""), ("a.", ""), (".pdf", "")]
)
def test_extension(name: str, ending: str) -> None:
    assert extension(name) == ending

"""What stands in the files: structure for the archive, words for the reader, the same bytes for ever."""

import io
import re
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date
from typing import Any

import pikepdf
import pypdfium2
import pytest

from haizhi_portal.documents import fonts
from haizhi_portal.documents.models import Document
from haizhi_portal.documents.rendering import Unprintable, page_source, render_pdf
from haizhi_portal.documents.samples import SAMPLES, Sample
from tests.documents.kit import reply_facts

BY_KIND = {sample.kind: sample for sample in SAMPLES}
KINDS = list(Document.Kind.values)


def rendered(sample: Sample, **changes: Any) -> bytes:
    return render_pdf(**asdict(replace(sample, **changes)))


@pytest.fixture(scope="module")
def made() -> Callable[[str], bytes]:
    """Each kind's specimen, set once for all tests of this module."""
    kept: dict[str, bytes] = {}

    def get(kind: str) -> bytes:
        if kind not in kept:
            kept[kind] = rendered(BY_KIND[kind])
        return kept[kind]

    return get


def text_of(content: bytes) -> list[str]:
    """The text of each page, without line ends and spaces."""
    pdf = pypdfium2.PdfDocument(content)
    return [re.sub(r"\s", "", page.get_textpage().get_text_range()) for page in pdf]


def test_every_kind_has_a_specimen() -> None:
    assert [sample.kind for sample in SAMPLES] == KINDS


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.clause("4.3-award")
def test_the_file_is_a_tagged_archive_copy_in_chinese(kind: str, made: Callable[[str], bytes]) -> None:
    with pikepdf.open(io.BytesIO(made(kind))) as pdf:
        meta = pdf.open_metadata()
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"]) == ("3", "A")
        assert meta["dc:title"] == pdf.docinfo["/Title"] == BY_KIND[kind].title
        assert str(pdf.Root.Lang) == "zh-CN"
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.StructTreeRoot.K is not None
        assert [str(intent.S) for intent in pdf.Root.OutputIntents] == ["/GTS_PDFA1"]
        assert bytes(pdf.trailer.ID[0]) == BY_KIND[kind].verify_code.encode()
        described = [
            each
            for each in pdf.objects
            if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/FontDescriptor"
        ]
        assert described
        for font in described:
            assert "/FontFile3" in font or "/FontFile2" in font
            assert str(font.FontName).split("+")[1].startswith(fonts.EMBEDDABLE)
        assert "/JavaScript" not in pdf.Root.get("/Names", {})


@pytest.mark.parametrize("kind", KINDS)
def test_the_dates_inside_are_the_documents_own(kind: str, made: Callable[[str], bytes]) -> None:
    day = BY_KIND[kind].dated_on.strftime("%Y%m%d")
    with pikepdf.open(io.BytesIO(made(kind))) as pdf:
        for key in ("/CreationDate", "/ModDate"):
            assert str(pdf.docinfo[key]).startswith(f"D:{day}000000+08")


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_facts_give_the_same_bytes(kind: str, made: Callable[[str], bytes]) -> None:
    assert rendered(BY_KIND[kind]) == made(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_number_date_and_code_can_be_copied_out(kind: str, made: Callable[[str], bytes]) -> None:
    sample = BY_KIND[kind]
    text = "".join(text_of(made(kind)))
    code = "-".join(sample.verify_code[start : start + 4] for start in range(0, 16, 4))

    assert code in text
    assert sample.number in text
    assert f"{sample.dated_on.year}年{sample.dated_on.month}月{sample.dated_on.day}日" in text
    assert "大连市科学技术协会" in text


SAID = {
    "designation_notice": ("4.3-award", ["等5家单位", "特此通知", "附件", "HZ2027-05", "抄送：", "印发"]),
    "reply": ("4.3-award", ["现批复如下", "2027年9月1日起生效，至2030年9月1日（含当日）届满", "此复。"]),
    "certificate": ("4.3-award", ["海智工作基地证书", "HZ2027-01-P1", "2027年9月1日至2030年9月1日"]),
    "renewal_decision": ("5.6-reaward", ["考核合格，同意重新授牌", "至2033年9月1日", "HZ2027-01-P2"]),
    "non_renewal_notice": ("5.6-reaward", ["不予重新授牌", "引才计划均未完成", "2030年9月2日终止"]),
    "withdrawal_decision": ("5.5-exit", ["2028年度和2029年度", "两个评估年度结果为不合格", "自2030年4月10日起取消"]),
    "evaluation_notice": ("5.4-evaluation", ["评估结果为“优秀”", "总得分91.50分", "9.50", "以上为最终结果"]),
    "application_form": ("4.1-paper", ["申报编号2027-0003", "12210200422420013N", "市属", "3f1c9a0be7d2", "一式两份"]),
}


@pytest.mark.parametrize(
    ("kind", "words"), [pytest.param(kind, words, marks=pytest.mark.clause(id)) for kind, (id, words) in SAID.items()]
)
def test_a_document_says_what_it_has_to(kind: str, words: list[str], made: Callable[[str], bytes]) -> None:
    text = "".join(text_of(made(kind)))

    assert [each for each in words if each not in text] == []


@pytest.mark.clause("5.5-exit")
@pytest.mark.parametrize("ground", ["false_statements", "弄虚作假"])
def test_the_other_ground_of_a_withdrawal_is_named(ground: str) -> None:
    sample = BY_KIND["withdrawal_decision"]
    content = rendered(sample, facts={**sample.facts, "ground": ground, "years": []})

    assert "提供了不真实的情况" in "".join(text_of(content))
    assert "不合格" not in "".join(text_of(content))


@pytest.mark.clause("5.4-evaluation")
@pytest.mark.parametrize(
    ("result", "warned"), [("unqualified", True), ("不合格", True), ("合格", False), ("qualified", False)]
)
def test_only_a_failed_year_is_followed_by_a_warning(result: str, warned: bool) -> None:
    sample = BY_KIND["evaluation_notice"]
    text = "".join(text_of(rendered(sample, facts={**sample.facts, "result": result})))

    assert ("将取消海智工作基地资格" in text) is warned


@pytest.mark.clause("4.1-paper")
@pytest.mark.parametrize(("stamped", "said"), [(True, "是"), (False, "否"), ("是", "是"), ("否", "否"), ("", "否")])
def test_a_form_says_which_materials_were_declared_stamped(stamped: object, said: str) -> None:
    sample = BY_KIND["application_form"]
    materials = [{**sample.facts["materials"][0], "stamped": stamped}]

    assert f"1.4MB{said}" in "".join(text_of(rendered(sample, facts={**sample.facts, "materials": materials})))


@pytest.mark.clause("4.1-paper")
def test_every_page_of_a_submitted_form_carries_version_and_code(made: Callable[[str], bytes]) -> None:
    pages = text_of(made("application_form"))

    assert len(pages) > 2
    assert all("第2版校验码2345-ABCD-EFGH-JKMN" in page for page in pages)
    assert not any("草稿" in page for page in pages)


@pytest.mark.clause("4.1-paper")
def test_every_page_of_a_draft_says_so_and_carries_no_code() -> None:
    sample = BY_KIND["application_form"]
    facts = {**sample.facts, "version": None, "check_code": "", "number": "", "submitted_at": ""}
    pages = text_of(render_pdf("application_form", facts, title=sample.title, dated_on=date(2027, 8, 1)))

    assert len(pages) > 2
    assert all("草稿" in page.replace("草稿，尚未提交", "") for page in pages)
    assert not any("校验码2" in page for page in pages)


def test_a_text_page_holds_22_lines_of_28_characters() -> None:
    sample = BY_KIND["non_renewal_notice"]
    content = rendered(sample, facts={**sample.facts, "reason": "国" * 2000})
    page = pypdfium2.PdfDocument(content)[1].get_textpage()
    characters = [
        page.get_charbox(index) for index in range(page.count_chars()) if page.get_text_range(index, 1) == "国"
    ]
    lines: dict[int, int] = {}
    for _, bottom, _, _ in characters:
        lines[round(bottom)] = lines.get(round(bottom), 0) + 1

    assert list(lines.values()) == [28] * 22
    left, right = min(box[0] for box in characters), max(box[2] for box in characters)
    # Ink, within the 156 mm (442.2 pt) that begin 28 mm (79.4 pt) from the edge.
    assert 79.4 <= left <= 84
    assert 517 <= right <= 521.6


def test_rare_characters_of_names_are_printed() -> None:
    content = rendered(BY_KIND["reply"], facts=reply_facts("大连喆堃祎玥赟旻科技有限公司"))

    assert "大连喆堃祎玥赟旻科技有限公司" in "".join(text_of(content))


def test_an_official_text_with_a_character_no_font_has_is_refused_by_name() -> None:
    with pytest.raises(Unprintable, match=r"U\+1F600"):
        rendered(BY_KIND["reply"], facts=reply_facts("大连😀公司"))


def test_an_application_form_prints_an_unknown_character_as_the_printers_mark() -> None:
    sample = BY_KIND["application_form"]
    facts = {**sample.facts, "sections": [{"title": "简介", "rows": [["特色", "服务😀到位\u200b，Nguyễn 教授\x07"]]}]}

    assert "服务〓到位，Nguyễn教授" in "".join(text_of(rendered(sample, facts=facts)))


def test_missing_fonts_stop_the_rendering_with_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "FAMILIES", ("FandolFang", "Fang Zheng That Is Not Here"))
    monkeypatch.setattr(fonts, "require_fonts", fonts.require_fonts.__wrapped__)

    with pytest.raises(RuntimeError, match="Fang Zheng That Is Not Here are missing"):
        rendered(BY_KIND["reply"])


def test_a_strangers_font_stops_the_rendering(monkeypatch: pytest.MonkeyPatch) -> None:
    from haizhi_portal.documents import typesetting

    monkeypatch.setattr(typesetting, "EMBEDDABLE", ("FandolSong",))
    with pytest.raises(RuntimeError, match="which is not one of its fonts"):
        rendered(BY_KIND["reply"])


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/x.png", "file:///etc/passwd", "https://example.org/"])
def test_nothing_is_read_from_network_or_disk(address: str) -> None:
    from haizhi_portal.documents.typesetting import _Fetcher

    with pytest.raises(ValueError, match="disallowed"):
        _Fetcher().fetch(address)


def test_text_from_outside_stays_text() -> None:
    sample = BY_KIND["reply"]
    html = page_source(
        "reply",
        reply_facts('<img src="file:///etc/passwd"><script>1</script>'),
        title=sample.title,
        dated_on=sample.dated_on,
    )

    assert "<img" not in html
    assert "&lt;img" in html


LONG = (
    "大连滨城示例海洋工程装备与近海生态环境监测技术协同创新发展研究院"
    "（东北亚国际科技人才交流合作与成果转移转化示范促进中心）"
)


@pytest.mark.clause("4.3-award")
def test_twenty_units_with_names_of_sixty_characters_stay_in_their_columns() -> None:
    sample = BY_KIND["designation_notice"]
    name = LONG
    units = [{**sample.facts["units"][0], "organisation": name, "base_number": f"HZ2027-{n:02d}"} for n in range(1, 21)]
    content = rendered(sample, facts={"year": 2027, "units": units})
    text = "".join(text_of(content))

    assert text.count(name) == 21
    assert all(f"HZ2027-{n:02d}" in text for n in range(1, 21))
    assert inside_the_text_block(content)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "application_form"])
def test_long_names_stay_within_the_page(kind: str) -> None:
    sample = BY_KIND[kind]
    facts = {**sample.facts, "organisation": LONG, "base_name": f"大连市科协海智工作基地（{LONG}）"}
    content = rendered(sample, facts=facts, title=sample.title.replace("大连滨城示例海洋工程研究院", LONG))

    assert inside_the_text_block(content)
    if kind == "certificate":
        assert len(text_of(content)) == 1


@pytest.mark.usefixtures("facts_may_be_missing")
@pytest.mark.parametrize("kind", KINDS)
def test_facts_that_are_missing_leave_no_hole_and_no_error(kind: str) -> None:
    content = rendered(BY_KIND[kind], facts={"organisation": "甲单位"} if kind != "application_form" else {})
    text = "".join(text_of(content))

    assert "None" not in text
    assert "{{" not in text


def inside_the_text_block(content: bytes) -> bool:
    """Whether every character stands between the paper's left and right margins."""
    for page in pypdfium2.PdfDocument(content):
        words, width = page.get_textpage(), page.get_width()
        for index in range(words.count_chars()):
            left, _, right, _ = words.get_charbox(index)
            if right > left and (left < 60 or right > width - 55):
                return False
    return True


@pytest.mark.clause("4.1-paper")
def test_an_answer_longer_than_a_page_flows_on() -> None:
    sample = BY_KIND["application_form"]
    answer = "\n".join(f"第{n}段：" + "海外智力服务滨城发展。" * 30 for n in range(1, 21))
    facts = {**sample.facts, "sections": [{"title": "建设计划", "rows": [["工作计划和预期目标", answer]]}]}
    pages = text_of(rendered(sample, facts=facts))

    assert all(f"第{n}段：" in "".join(pages) for n in range(1, 21))
    assert len(pages) >= 6


def test_the_qr_code_leads_to_the_page_of_the_code(settings: Any) -> None:
    from urllib.parse import unquote

    from haizhi_portal.documents.codes import address, qr_image

    settings.PUBLIC_URL = "https://portal.example.cn"
    assert address("ABCDEFGHJKMN2345") == "https://portal.example.cn/verify/ABCDEFGHJKMN2345/"
    assert unquote(qr_image("ABCDEFGHJKMN2345")).startswith("data:image/svg+xml")


def test_after_the_first_a_document_takes_less_than_two_seconds(made: Callable[[str], bytes]) -> None:
    made("reply")
    quickest = {}
    for kind in ("reply", "designation_notice", "certificate"):
        times = []
        for _ in range(3):
            started = time.perf_counter()
            rendered(BY_KIND[kind])
            times.append(time.perf_counter() - started)
        quickest[kind] = min(times)

    assert max(quickest.values()) < 2, quickest


def test_sample_documents_writes_one_file_of_every_kind(tmp_path: Any) -> None:
    from django.core.management import call_command

    call_command("sample_documents", str(tmp_path / "out"), stdout=io.StringIO())

    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(f"{kind}.pdf" for kind in KINDS)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="no document of kind"):
        render_pdf("poster", {}, title="x", dated_on=date(2027, 1, 1))


def test_a_correction_names_what_it_corrects() -> None:
    content = rendered(BY_KIND["reply"], title="关于更正的批复")
    corrected = render_pdf(**{**asdict(BY_KIND["reply"]), "corrects": "《关于甲的批复》（大科协批〔2027〕1号）"})

    assert "本文件更正" not in "".join(text_of(content))
    assert "（本文件更正《关于甲的批复》（大科协批〔2027〕1号），原文件不再使用。）" in "".join(text_of(corrected))

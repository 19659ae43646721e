"""The printed application form: every kind of answer, codes a scanner reads, true page numbers, and its bounds."""

import io
import re
import time
from dataclasses import replace
from datetime import date
from typing import Any

import pikepdf
import pypdfium2
import pytest
import zxingcpp

from haizhi_portal.documents.application_form import cleaned, form_context
from haizhi_portal.documents.press import MEMORY_MB, Limits, TooLarge, TooSlow, typeset_apart
from haizhi_portal.documents.rendering import page_source, render_pdf
from haizhi_portal.documents.samples import SAMPLES

pytestmark = pytest.mark.once
SAMPLE = next(sample for sample in SAMPLES if sample.kind == "application_form")
CODE = SAMPLE.verify_code
PARAGRAPH = "海外智力服务滨城发展，面向海洋强市建设汇聚各方资源，逐年落实到人。" * 6


def source(**changes: Any) -> str:
    sample = replace(SAMPLE, facts={**SAMPLE.facts, **changes})
    return page_source(
        sample.kind, sample.facts, title=sample.title, dated_on=sample.dated_on, verify_code=sample.verify_code
    )


def printed(**changes: Any) -> bytes:
    return render_pdf(
        SAMPLE.kind, {**SAMPLE.facts, **changes}, title=SAMPLE.title, dated_on=SAMPLE.dated_on, verify_code=CODE
    )


def section(*answers: dict[str, Any], title: str = "基地计划书") -> list[dict[str, Any]]:
    return [{"title": title, "answers": list(answers)}]


def texts(content: bytes) -> list[str]:
    return [re.sub(r"\s", "", page.get_textpage().get_text_range()) for page in pypdfium2.PdfDocument(content)]


def outside(content: bytes) -> list[str]:
    """Characters whose ink leaves the paper's left and right margins."""
    found = []
    for page in pypdfium2.PdfDocument(content):
        words, width = page.get_textpage(), page.get_width()
        for index in range(words.count_chars()):
            left, _, right, _ = words.get_charbox(index)
            if right > left and (left < 68 or right > width - 60):
                found.append(words.get_text_range(index, 1))
    return found


@pytest.mark.clause("4.1-paper")
def test_a_scanner_reads_both_codes_on_every_page() -> None:
    pages = pypdfium2.PdfDocument(printed())

    assert len(pages) >= 6
    for page in pages:
        found = {str(each.format): each.text for each in zxingcpp.read_barcodes(page.render(scale=200 / 72).to_pil())}
        assert found == {"QR Code": f"http://127.0.0.1:8000/verify/{CODE}/", "Code 128": CODE}


@pytest.mark.clause("4.1-paper")
def test_a_draft_says_so_across_every_page_and_carries_no_code_at_all() -> None:
    content = render_pdf(
        SAMPLE.kind, {**SAMPLE.facts, "version": None, "check_code": ""}, title=SAMPLE.title, dated_on=date(2027, 3, 2)
    )
    pages = texts(content)

    assert len(pages) >= 6
    assert all("草稿，尚未提交，不作为申报材料2027年3月2日打印" in page and page.count("草稿") >= 2 for page in pages)
    for page in pypdfium2.PdfDocument(content):
        assert zxingcpp.read_barcodes(page.render(scale=200 / 72).to_pil()) == []


@pytest.mark.clause("4.1-paper")
def test_the_contents_list_names_the_page_on_which_each_part_begins() -> None:
    answers = [{"label": f"第{n}项说明", "kind": "long", "value": f"{PARAGRAPH}\n" * 9} for n in range(1, 7)]
    content = printed(sections=section(*answers))
    pages = texts(content)
    contents = pypdfium2.PdfDocument(content)[1].get_textpage().get_text_range()
    stated = {
        match[1].strip(): int(match[2]) for match in re.finditer(r"^(.+?) ?\.{5,} ?(\d+)\s*$", contents, re.MULTILINE)
    }

    headings = ["一、申报单位", "二、基地计划书", *(f"第{n}项说明" for n in range(1, 7))]
    headings += ["三、海外合作方", "四、所附材料", "五、意见与签章"]
    begins = {heading: next(n for n, page in enumerate(pages[2:], 3) if heading in page) for heading in headings}
    assert stated == begins
    assert len(set(begins.values())) > 6


@pytest.mark.clause("4.1-paper")
def test_every_attachment_stands_with_its_whole_digest_and_pages() -> None:
    text = "".join(texts(printed()))

    for material in SAMPLE.facts["materials"]:
        assert material["sha256"] in text
        assert re.sub(r"\s", "", material["name"]) in text
    assert "361.4MB" in text  # pages and size, in neighbouring columns


@pytest.mark.clause("4.1-materials")
def test_formatted_text_keeps_its_marks_and_nothing_else() -> None:
    hostile = (
        '<p onclick="x()">甲<strong style="position:fixed">乙</strong></p><ul><li>丙</li></ul>'
        '<img src="file:///etc/passwd"><script>1</script><style>p{display:none}</style><a href="https://x.cn">丁</a>'
    )

    assert cleaned(hostile) == "<p>甲<strong>乙</strong></p><ul><li>丙</li></ul>丁"
    html = source(sections=section({"label": "简介", "kind": "rich", "value": hostile}))
    assert "<strong>乙</strong>" in html
    assert not re.search(r"onclick|<script|<img src=.file|x\.cn|position:fixed", html)


@pytest.mark.parametrize(
    ("answer", "shapes"),
    [
        ({"label": "甲", "kind": "text", "value": "短"}, ["lines"]),
        ({"label": "甲", "kind": "long", "value": "长" * 120}, ["lines"]),
        ({"label": "甲", "kind": "long", "value": "长" * 121}, ["text"]),
        ({"label": "甲", "kind": "long", "value": "两\n行"}, ["text"]),
        ({"label": "甲", "kind": "rich", "value": "<p>短</p>"}, ["rich"]),
        ({"label": "甲", "kind": "rich", "value": ""}, ["lines"]),
        ({"label": "甲", "kind": "rows", "columns": [{"label": "乙", "kind": "text"}], "value": [["丙"]]}, ["table"]),
        ({"label": "甲", "kind": "rows", "columns": [{"label": "乙", "kind": "text"}], "value": []}, ["lines"]),
        ({"label": "甲", "kind": "rows", "columns": [], "value": None}, ["lines"]),
        ({"label": "甲", "kind": "a kind to come", "value": "短"}, ["lines"]),
        ({}, ["lines"]),
    ],
)
def test_an_answer_takes_the_shape_it_needs(answer: dict[str, Any], shapes: list[str]) -> None:
    part = form_context({"sections": section(answer)})["sections"][0]

    assert [block.shape for block in part.blocks] == shapes
    assert [block.label for block in part.named] == ([] if shapes == ["lines"] else ["甲"])


def test_a_form_frozen_before_there_were_kinds_is_still_printed() -> None:
    part = form_context({"sections": [{"title": "简介", "rows": [["甲", "短"], ["乙", "长" * 200]]}]})["sections"][0]

    assert [(block.shape, block.label) for block in part.blocks] == [("lines", ""), ("text", "乙")]


@pytest.mark.clause("4.1-paper")
def test_nothing_anybody_can_fill_in_leaves_the_paper() -> None:
    unbroken, columns = "W" * 120, [{"label": "姓名" * 20, "kind": "text"}, *({"label": "列", "kind": "date"},) * 4]
    content = printed(
        organisation={**SAMPLE.facts["organisation"], "name": unbroken, "address": "路" * 300},
        sections=section(
            {"label": unbroken, "kind": "long", "value": "永" * 10_000},
            {"label": "无空格", "kind": "long", "value": "x" * 4000},
            {"label": "格式", "kind": "rich", "value": "<p>" + "y" * 3000 + "</p><ul><li>" + "z" * 500 + "</li></ul>"},
            {
                "label": "表",
                "kind": "rows",
                "columns": columns,
                "value": [[unbroken, "2027年12月31日", "甲", "", unbroken]] * 25,
            },
        ),
        partners=[{**SAMPLE.facts["partners"][0], "name": unbroken, "cooperation": "合" * 500}] * 12,
        materials=[{**SAMPLE.facts["materials"][0], "name": unbroken + ".pdf"}] * 30,
    )
    pages = texts(content)

    assert outside(content) == []
    assert sum(page.count("永") for page in pages) == 10_000
    assert sum(page.count("x") for page in pages) >= 4000
    # Every page of a long table begins with its heads again.
    with_rows = [page for page in pages if "2027年12月31日" in page]
    assert len(with_rows) > 3
    assert all("姓名姓名" in page for page in with_rows)


@pytest.mark.clause("4.1-paper")
def test_a_box_of_opinions_holds_a_round_seal_of_42_mm() -> None:
    """The field at the right of each box is empty paper but for the two characters that say what it is for."""
    pages = pypdfium2.PdfDocument(printed(route="210211"))
    page = pages[len(pages) - 1]
    words, millimetre = page.get_textpage(), 72 / 25.4
    boxes = [words.get_charbox(index) for index in range(words.count_chars())]
    labels = [
        boxes[index] for index in range(words.count_chars()) if words.get_text_range(index, 4).startswith("（盖章）")
    ]

    assert len(labels) == 3
    for left, bottom, _, top in labels:
        centre = (left + 6 * millimetre, (bottom + top) / 2)
        near = [
            box
            for box in boxes
            if box[2] > box[0]
            and abs((box[0] + box[2]) / 2 - centre[0]) < 21 * millimetre
            and abs((box[1] + box[3]) / 2 - centre[1]) < 21 * millimetre
        ]
        assert len(near) == 4, near


SIXTY = section(
    *({"label": f"第{n}项", "kind": "long", "value": (PARAGRAPH + "\n") * 52} for n in range(1, 7)),
    *(
        {
            "label": f"名录{n}",
            "kind": "rows",
            "columns": [
                {"label": "姓名", "kind": "text"},
                {"label": "日期", "kind": "date"},
                {"label": "贡献", "kind": "long"},
            ],
            "value": [["示例专家", "2027年12月31日", "每年来连工作两个月，指导近海监测。"]] * 120,
        }
        for n in (1, 2)
    ),
)


@pytest.mark.slow
@pytest.mark.clause("4.1-paper")
def test_sixty_pages_are_set_within_the_workers_own_bounds() -> None:
    """500 MB is the bound the worker itself sets; ten seconds on a quiet machine, three times that on a busy one."""
    html = source(sections=SIXTY)
    started = time.perf_counter()
    content = typeset_apart(html, identifier=CODE)
    took = time.perf_counter() - started

    assert MEMORY_MB <= 500
    assert len(pypdfium2.PdfDocument(content)) >= 60
    assert took < 30, took
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert pdf.open_metadata()["pdfaid:part"] == "3"


@pytest.mark.parametrize(
    ("limits", "problem", "words"),
    [
        (Limits(memory_mb=40), TooLarge, "not set within 40 MB"),
        (Limits(seconds=0.2), TooSlow, "not set within 0.2 seconds"),
    ],
)
def test_a_print_beyond_its_bounds_fails_with_the_reason_and_the_worker_lives(
    limits: Limits, problem: type[Exception], words: str
) -> None:
    with pytest.raises(problem, match=words):
        typeset_apart(source(), identifier=CODE, limits=limits)


def test_the_child_sets_the_same_bytes_and_says_what_it_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert typeset_apart(source(), identifier=CODE) == printed()

    with pytest.raises(RuntimeError, match="not one of its fonts"):
        typeset_apart(
            '<html lang="zh-CN"><style>@page{size:A4}</style><p style="font-family:DejaVu Sans">x', identifier=CODE
        )

"""Differences word by word: whatever the texts, both can be read back from them."""

import time

import pytest
from django.template.loader import render_to_string
from hypothesis import given, settings
from hypothesis import strategies as st

from applications.word_diff import FOLD_FROM, IN_SIGHT, Piece, compare, folded

pytestmark = pytest.mark.once
WORDS = st.text(alphabet="海智基地年度指标计划，。\n ab12<&\"'", max_size=60)


def without(kind: str, pieces: list[Piece]) -> str:
    return "".join(piece.text for piece in pieces if piece.kind != kind)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=40), WORDS), st.one_of(st.text(max_size=40), WORDS))
def test_both_texts_can_be_read_back(before: str, after: str) -> None:
    for pieces in (compare(before, after), folded(compare(before, after))):
        assert without("added", pieces) == before
        assert without("removed", pieces) == after


@settings(max_examples=60, deadline=None)
@given(WORDS, WORDS)
def test_nothing_typed_becomes_markup(before: str, after: str) -> None:
    shown = render_to_string("applications/words.html", {"pieces": compare(f"<b>{before}", f"{after}&<i>")})
    assert "<b>" not in shown
    assert "<i>" not in shown


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        ("引进专家3名", "引进专家5名", [("same", "引进专家"), ("removed", "3"), ("added", "5"), ("same", "名")]),
        (
            "2026年完成",
            "2027年完成",
            [("removed", "2026"), ("added", "2027"), ("same", "年完成")],
        ),
        ("Hello World", "Hello Words", [("same", "Hello "), ("removed", "World"), ("added", "Words")]),
        ("", "新写的", [("added", "新写的")]),
        ("删掉的", "", [("removed", "删掉的")]),
        ("不变", "不变", [("same", "不变")]),
        ("", "", []),
    ],
)
def test_chinese_by_the_character_figures_and_latin_words_whole(
    before: str, after: str, pieces: list[tuple[str, str]]
) -> None:
    assert [(piece.kind, piece.text) for piece in compare(before, after)] == pieces


def test_ten_thousand_characters_take_no_longer_than_a_second() -> None:
    before = "".join(chr(0x4E00 + (n * 7919) % 5000) for n in range(10_000))
    after = "".join(chr(0x4E00 + (n * 104_729) % 5000) for n in range(10_000))
    began = time.monotonic()
    pieces = compare(before, after)
    assert time.monotonic() - began < 1
    assert without("added", pieces) == before


def test_long_unchanged_text_folds_but_for_what_stands_next_to_a_change() -> None:
    same = "同" * (FOLD_FROM + 100)
    kinds = [(piece.kind, piece.length) for piece in folded(compare(same + "旧" + same, same + "新" + same))]
    rest = FOLD_FROM + 100 - IN_SIGHT
    assert kinds == [
        ("folded", rest),
        ("same", IN_SIGHT),
        ("removed", 1),
        ("added", 1),
        ("same", IN_SIGHT),
        ("folded", rest),
    ]


def test_a_reader_who_hears_the_page_hears_what_went_and_what_is_new() -> None:
    shown = render_to_string("applications/words.html", {"pieces": compare("三年", "五年")})
    assert '<del><span class="visually-hidden">删去：</span>三' in shown
    assert '<ins><span class="visually-hidden">新增：</span>五' in shown

"""Formatted answers: whatever comes in, only paragraphs, bold, lists and tables are kept, and kept the same."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from applications import rich

pytestmark = pytest.mark.once
_TAG = re.compile(r"</?([a-z]+)([^>]*)>")
_PIECES = ["<p>", "</p>", "<b>", "<ul><li>", "</li>", "<table><tr><td>", "<td>", "</table>", "<!--", "-->", "<style>"]
_SIGNS = [
    "<script>alert(1)</script>",
    "<svg/onload=1>",
    "&lt;",
    "&#x0;",
    "&amp;",
    "<",
    "**粗**",
    "中文",
    "\x00",
    "\u202e",
]
_HOSTILE = st.lists(
    st.sampled_from(
        [*_PIECES, *_SIGNS, "<img src=x onerror=y>", "<a href='javascript:1'>", "- 项\n", "1. 甲\n", "\t", "\n", " "]
    ),
    max_size=25,
).map("".join)


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("第一段\n\n第二段", "<p>第一段</p><p>第二段</p>"),
        ("- 甲\n- **乙**丙", "<ul><li>甲</li><li><strong>乙</strong>丙</li></ul>"),
        ("1. 甲\n2. 乙", "<ol><li>甲</li><li>乙</li></ol>"),
        ("3. 三", "<p>3. 三</p>"),
        (
            "甲\t乙\n丙\t丁",
            "<table><tbody><tr><td>甲</td><td>乙</td></tr><tr><td>丙</td><td>丁</td></tr></tbody></table>",
        ),
        ("<p onclick='x()'>好<script>alert(1)</script></p>", "<p>好</p>"),
        ("<h2>标题</h2><div><b>粗</b></div>", "<p>标题</p><p><strong>粗</strong></p>"),
        ("1 < 2 & 3", "<p>1 &lt; 2 &amp; 3</p>"),
        ("  \n\t", ""),
        ("a\x00b\u202ec\ud800", "<p>abc</p>"),
    ],
)
def test_what_is_kept(given_text: str, kept: str) -> None:
    assert rich.clean(given_text) == kept


@given(st.one_of(st.text(max_size=300), _HOSTILE))
@settings(max_examples=300, deadline=None)
def test_nothing_but_the_few_tags_survives_and_cleaning_twice_changes_nothing(text: str) -> None:
    kept = rich.clean(text)
    assert rich.clean(kept) == kept
    assert all(name in rich.TAGS and not rest for name, rest in _TAG.findall(kept))
    assert rich.length(kept) >= 0


def test_light_text_leads_back_to_the_same() -> None:
    kept = rich.clean("<p>一<b>二</b>三</p><ul><li>甲</li></ul><ul><li>乙</li></ul><ol><li>x</li><li>y</li></ol>")
    assert rich.clean(rich.as_text(kept)) == kept


def test_the_length_is_that_of_the_words() -> None:
    assert rich.length("<p>一<strong>二</strong></p><ul><li>三</li></ul>") == 3

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from django import forms
from django.core.paginator import Paginator
from django.forms import formset_factory
from django.template import engines
from django.test import RequestFactory

from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.site.errorlist import linked_errors

TODAY = date(2026, 11, 23)


def shown(source: str, **context: Any) -> str:
    request = context.pop("request", None)
    return str(engines["django"].from_string("{% load portal %}" + source).render(context, request))


class Sample(forms.Form):
    name = forms.CharField(label="名称", help_text="与证书一致。")
    answer = forms.ChoiceField(label="选择", choices=[("a", "甲")], widget=forms.RadioSelect)
    secret = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        raise forms.ValidationError("整张表有问题。")


def test_errors_are_listed_in_order_and_lead_to_their_fields() -> None:
    errors = linked_errors(Sample({}))
    assert [(error.label, error.anchor) for error in errors] == [
        ("", ""),
        ("名称", "id_name"),
        ("选择", "div_id_answer"),
        ("Secret", ""),
    ]
    assert errors[0].message == "整张表有问题。"
    assert errors[1].message == "这一项不能空着，请填写或选择。"


def test_errors_of_a_formset_lead_to_the_field_of_their_own_row() -> None:
    rows = formset_factory(Sample, extra=0)(
        {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2", "form-0-name": "x", "form-1-name": ""}
    )
    anchors = [error.anchor for error in linked_errors(rows) if error.label == "名称"]
    assert anchors == ["id_form-1-name"]


@pytest.mark.parametrize("form", [None, Sample()])
def test_nothing_is_wrong_with_a_form_that_was_not_sent(form: forms.Form | None) -> None:
    assert linked_errors(form) == []
    assert shown("{% error_summary form %}", form=form).strip() == ""


def test_every_anchor_of_the_summary_exists_in_the_form() -> None:
    html = shown("{% portal_form form %}", form=Sample({}))
    for error in linked_errors(Sample({})):
        if error.anchor:
            assert html.count(f'id="{error.anchor}"') == 1
            assert f'href="#{error.anchor}"' in html


def test_a_form_with_a_file_says_so_and_leaves_checking_to_us() -> None:
    html = shown("{% portal_form form submit_label='上传' %}", form=WithFile())
    assert 'enctype="multipart/form-data"' in html
    assert "novalidate" in html
    assert ">上传</button>" in html
    assert "enctype" not in shown("{% portal_form form %}", form=Sample())


def test_a_form_carries_its_csrf_token_once() -> None:
    request = RequestFactory().get("/")
    html = shown("{% portal_form form %}", form=Sample(), request=request)
    assert html.count("csrfmiddlewaretoken") == 1
    assert "csrfmiddlewaretoken" not in shown("{% portal_form form method='get' %}", form=Sample(), request=request)


def test_a_confirmation_carries_its_csrf_token_once() -> None:
    request = RequestFactory().get("/")
    html = shown("{% confirm_box title='t' button='b' form=form %}", form=Sample(), request=request)
    assert html.count("csrfmiddlewaretoken") == 1
    assert "csrfmiddlewaretoken" not in shown("{% confirm_box title='t' button='b' %}")


class WithFile(forms.Form):
    paper = forms.FileField(label="材料")


class Said(NamedTuple):
    """A message as Django stores one."""

    level_tag: str
    extra_tags: str
    words: str

    def __str__(self) -> str:
        return self.words


# Component, option, and what stands there with the option and not without it.
OPTIONS = [
    ("confirm_box title='t' button='b'", "lead='先读。'", "<p>先读。</p>"),
    ("confirm_box title='t' button='b'", "official=True", '<section class="hz-confirm hz-confirm-official"'),
    ("confirm_box title='t' button='b'", "action='/x/'", '<form method="post" action="/x/" novalidate>'),
    ("confirm_box title='t' button='b'", "form=upload", 'enctype="multipart/form-data"'),
    ("confirm_box title='t' button='b'", "form=sent", "hz-errors"),
    ("confirm_box title='t' button='b'", "name='do' value='it'", 'type="submit" name="do" value="it">b<'),
    ("confirm_box title='t' button='b'", "cancel_url='/back/'", 'href="/back/">暂不办理'),
    ("portal_form plain", "action='/x/'", '<form class="hz-form" method="post" action="/x/" novalidate>'),
    ("portal_form plain", "cancel_url='/back/'", 'href="/back/">返回'),
    ("whose_move sentence='s'", "mover='学会部'", "该由谁办"),
    ("page_header title='t'", "eyebrow='上'", '<p class="hz-eyebrow">上</p>'),
    ("page_header title='t'", "lead='下'", '<p class="hz-lead">下</p>'),
    ("page_header title='t'", "status='已办结' status_tone='done'", "hz-tone-done"),
    ("figure_card label='l' value=3", "note='n'", '<p class="hz-figure-note">n</p>'),
    ("figure_card label='l' value=3", "url='/x/'", '<a href="/x/">l</a>'),
    ("empty_state title='t'", "body='b'", '<p class="hz-empty-body">b</p>'),
    ("file_row name='n'", "note='第 1 版'", "<span>第 1 版</span>"),
    ("file_row name='n'", "uploaded_on=day", "2026年11月23日"),
    ("comparison_table rows columns", "caption='表'", "<caption>表</caption>"),
]


@pytest.mark.parametrize(("component", "option", "stands"), OPTIONS)
def test_an_option_brings_its_part_and_nothing_else_does(component: str, option: str, stands: str) -> None:
    context = {"plain": Sample(), "sent": Sample({}), "upload": WithFile(), "day": TODAY, "rows": [], "columns": []}
    assert stands in shown(f"{{% {component} {option} %}}", **context)
    assert stands not in shown(f"{{% {component} %}}", **context)


@pytest.mark.parametrize(
    "component",
    [
        "confirm_box title='t' button='b'",
        "portal_form plain",
        "whose_move sentence='s' action_label='a' action_url='/x/'",
    ],
)
@pytest.mark.parametrize(("official", "look"), [(True, "official"), (False, "primary")])
def test_what_has_legal_effect_has_a_button_of_its_own_look(component: str, official: bool, look: str) -> None:
    html = shown(f"{{% {component} official=official %}}", plain=Sample(), official=official)
    assert re.findall(r'class="btn btn-(\w+)', html) == [look]


def test_what_changed_is_marked_in_its_own_row_alone() -> None:
    rows = [
        {"label": "甲", "cells": ["1", "2"], "changed": True},
        {"label": "乙", "cells": ["1", "1"], "changed": False},
    ]
    html = shown("{% comparison_table rows columns %}", rows=rows, columns=["前", "后"])
    first, second = html.partition("<tbody>")[2].split("</tr>")[:2]
    assert ('class="hz-changed"' in first, "有变化" in first) == (True, True)
    assert ('class="hz-changed"' in second, "有变化" in second) == (False, False)


@pytest.mark.parametrize(
    ("level", "tone"), [("success", "done"), ("error", "stop"), ("warning", "wait"), ("info", "act")]
)
def test_a_message_has_the_tone_of_its_level_and_says_what_it_is_about(level: str, tone: str) -> None:
    said = [Said(level, "", "甲"), Said(level, "saved:1:plan", "乙")]
    html = shown("{% include 'components/messages.html' %}", messages=said)
    assert re.findall(r'<p class="hz-message (hz-tone-\w+)"([^>]*)>(.)</p>', html) == [
        (f"hz-tone-{tone}", "", "甲"),
        (f"hz-tone-{tone}", ' data-about="saved:1:plan"', "乙"),
    ]
    assert shown("{% include 'components/messages.html' %}", messages=[]).strip() == ""


@pytest.mark.parametrize(("seconds", "minutes"), [(3601, 0), (3600, 60), (3540, 59), (61, 2), (1, 1), (0, 0), (-5, 0)])
def test_a_countdown_shows_itself_in_the_last_hour_alone(seconds: int, minutes: int) -> None:
    """``minutes`` 0: it waits out of sight for its hour, or is over."""
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    request = RequestFactory().get("/")
    request.now = now  # type: ignore[attr-defined]
    html = shown("{% countdown closes %}", closes=now + timedelta(seconds=seconds), request=request)
    assert (" hidden>" in html) == (minutes == 0)
    assert re.findall(r"距截止不到 (\d+) 分钟", html) == ([str(minutes)] if minutes else [])


@pytest.mark.clause("4.2-cap")
def test_a_refusal_says_its_words_and_cites_its_clause() -> None:
    html = shown("{% refusal no %}", no=RuleViolation(clause="4.2-cap", message="名额已满。"))
    assert "名额已满。" in html
    assert "第四条第 2 款" in html
    assert 'role="alert"' in html


def test_a_refusal_without_a_clause_of_the_scheme_cites_none() -> None:
    html = shown("{% refusal no %}", no=RuleViolation(clause="", message="内容已被别人改动。"))
    assert "hz-clause" not in html
    assert shown("{% clause 'no-such' %}") == ""


def test_whose_move_takes_the_business_day_from_the_request() -> None:
    request = RequestFactory().get("/")
    request.today = TODAY  # type: ignore[attr-defined]
    html = shown("{% whose_move sentence='请改正。' by=by %}", by=date(2026, 11, 27), request=request)
    assert "2026年11月27日" in html
    assert "还有 4 天" in html


def test_a_move_without_an_address_offers_no_button() -> None:
    html = shown("{% whose_move sentence='等待。' action_label='办理' tone='wait' %}")
    assert "<a " not in html
    assert "hz-tone-wait" in html


def test_a_line_of_work_leads_to_its_matter_and_says_when_and_whose() -> None:
    request = RequestFactory().get("/")
    request.today = TODAY  # type: ignore[attr-defined]
    plain = {"title": "一", "url": "/1/", "count": 1, "sentence": "等待。", "due_on": None, "mover": ""}
    due = plain | {"title": "二", "due_on": TODAY, "count": 3, "mover": "学会部"}
    source = "{% include 'components/work_list.html' %}"
    for with_mover in (False, True):
        html = shown(source, items=[plain, due], with_mover=with_mover, request=request)
        first, second = html.split("<li>")[1:]
        assert [part.count("hz-work-when") for part in (first, second)] == [0, 1]
        assert [part.count("hz-count") for part in (first, second)] == [0, 1]
        assert ["由学会部办理" in part for part in (first, second)] == [False, with_mover]


def test_an_unknown_tone_falls_back() -> None:
    assert "hz-tone-idle" in shown("{% status_badge '未开始' 'purple' %}")


def test_words_are_escaped() -> None:
    html = shown(
        "{% status_badge text %}{% crumb text %}{% timeline entries %}{% definition_list rows %}",
        text="<b>",
        entries=[{"on": TODAY, "title": "<i>", "body": "<u>"}],
        rows=[("<s>", "<p>x")],
    )
    for tag in ("<b>", "<i>", "<u>", "<s>", "<p>x"):
        assert tag not in html


def test_zero_is_a_value_and_nothing_is_a_dash() -> None:
    html = shown("{% definition_list rows %}", rows=[("a", 0), ("b", ""), ("c", None), ("d", "0")])
    assert [part.partition("</dd>")[0] for part in html.split("<dd>")[1:]] == ["0", "—", "—", "0"]


def test_a_compared_zero_is_a_value() -> None:
    html = shown("{% comparison_table rows columns %}", rows=[("a", [0, "", None])], columns=["1", "2", "3"])
    assert [part.partition("</td>")[0] for part in html.split("<td>")[1:]] == ["0", "—", "—"]


def test_other_pages_keep_search_and_filters() -> None:
    request = RequestFactory().get("/", {"q": "海 洋", "state": ["a", "b"], "page": "2"})
    html = shown("{% paginate page %}", page=Paginator(range(25), 10).get_page(2), request=request)
    assert 'href="?q=%E6%B5%B7+%E6%B4%8B&amp;state=a&amp;state=b&amp;page=3"' in html
    assert 'rel="prev"' in html
    assert re.findall(r'aria-current="page">(\d)<', html) == ["2"]
    assert "共 25 条，本页第 11–20 条" in html


def test_one_page_shows_only_its_count() -> None:
    html = shown("{% paginate page %}", page=Paginator([1, 2, 3], 10).get_page(1), request=RequestFactory().get("/"))
    assert "共 3 条" in html
    assert "<nav" not in html


def test_a_confirmation_lists_its_effects_before_the_button() -> None:
    html = shown(
        "{% confirm_box title='授牌' button='确认' effects=effects official=True name='do' value='it' %}",
        effects=["发出三封信"],
    )
    assert html.index("发出三封信") < html.index("确认</button>")
    assert 'name="do" value="it"' in html
    assert "btn-official" in html


def test_a_file_shows_its_size_day_and_the_beginning_of_its_digest() -> None:
    html = shown(
        "{% file_row name='证书.pdf' size=1048576 url='/f/' uploaded_on=day sha256=digest %}",
        day=TODAY,
        digest="ab" * 32,
    )
    assert "1.0" in html
    assert "2026年11月23日" in html
    assert "abababababab…" in html
    assert "0" in shown("{% file_row name='空.pdf' size=0 %}")

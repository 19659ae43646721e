from datetime import date
from typing import Any

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
    class WithFile(forms.Form):
        paper = forms.FileField(label="材料")

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

"""Living examples of every component, for whoever builds the next page. Only in a demonstration."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from haizhi_portal.accounts.entry import ANYONE, entry

TODAY = date(2027, 3, 15)
SHANGHAI = ZoneInfo("Asia/Shanghai")


class ExampleForm(forms.Form):
    name = forms.CharField(label=_("单位名称"), help_text=_("与法人证书上的名称一致。"), max_length=120)
    code = forms.CharField(label=_("统一社会信用代码"), max_length=18, min_length=18)
    kind = forms.ChoiceField(
        label=_("单位性质"), choices=[("", _("请选择")), ("institute", _("科研院所")), ("enterprise", _("企业"))]
    )
    branch = forms.ChoiceField(
        label=_("是否为分支机构"), choices=[("no", _("不是")), ("yes", _("是"))], widget=forms.RadioSelect
    )
    plan = forms.CharField(label=_("工作计划"), widget=forms.Textarea(attrs={"rows": 4}), required=False)
    certificate = forms.FileField(label=_("法人证书"), help_text=_("PDF、JPG 或 PNG，不超过 20 MB。"))
    pledge = forms.BooleanField(label=_("以上内容真实，由本单位负责。"))


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("理由"), widget=forms.Textarea(attrs={"rows": 3}), required=False)


class ExampleRefusal(NamedTuple):
    message: str | Promise
    clause: str


@entry(ANYONE)
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component once, with invented content."""
    if not settings.PORTAL_DEMO:
        raise Http404
    return render(request, "site/styleguide.html", _examples(request))


def _examples(request: HttpRequest) -> dict[str, Any]:
    pages = Paginator(range(1, 96), 10)
    return {
        "day": TODAY,
        "soon": TODAY + timedelta(days=5),
        "later": TODAY + timedelta(days=40),
        "past": TODAY - timedelta(days=3),
        "instant": datetime(2027, 3, 15, 9, 30, tzinfo=SHANGHAI),
        "tones": _TONES,
        "colours": _COLOURS,
        "tasks": _TASKS,
        "events": _EVENTS,
        "facts": _FACTS,
        "columns": [_("第一次提交"), _("改正后")],
        "comparison": _COMPARISON,
        "digest": "3f1c9a0be7d24c55a1b86e0f9d7742c1e6a05b83d9f01c47ab2e68d5037f94ce",
        "example_form": ExampleForm(auto_id="plain_%s"),
        "failed_form": ExampleForm({"name": "滨海示例研究院", "code": "9121"}, auto_id="failed_%s"),
        "reason_form": ReasonForm(auto_id="reason_%s"),
        "effects": _EFFECTS,
        "refused": ExampleRefusal(_("今年的 5 个名额已经全部确定，不能再增加。"), "4.2-cap"),
        "page_obj": pages.get_page(request.GET.get("page", 4)),
    }


_TONES = [
    ("idle", _("未开始")),
    ("act", _("填写中")),
    ("wait", _("需修改")),
    ("done", _("已完成")),
    ("stop", _("不合格")),
    ("seal", _("正式文书")),
]
_COLOURS = [
    ("paper", _("底色")),
    ("sheet", _("纸面")),
    ("ink", _("正文")),
    ("sea", _("海色")),
    ("seal", _("印色")),
    ("amber", _("提醒")),
    ("pine", _("完成")),
]
_TASKS = [
    {
        "title": _("单位基本情况"),
        "url": "#tasks",
        "status": _("已完成"),
        "status_tone": "done",
        "hint": _("2027年3月2日保存"),
    },
    {
        "title": _("建设计划"),
        "url": "#tasks",
        "status": _("需修改"),
        "status_tone": "wait",
        "hint": _("审核意见：请补充三年目标。"),
    },
    {"title": _("海外联系"), "url": "#tasks", "status": _("填写中"), "status_tone": "act"},
    {"title": _("核对与提交"), "url": "", "status": _("未开始"), "status_tone": "idle"},
]
_EVENTS = [
    {"on": TODAY, "title": _("区科协退回改正"), "who": _("示例区科协"), "body": _("请补充三年目标。\n其余材料齐全。")},
    {"on": TODAY - timedelta(days=6), "title": _("提交申报"), "who": _("滨海示例研究院"), "body": ""},
    {"on": TODAY - timedelta(days=30), "title": _("申报开始"), "who": "", "body": ""},
]
_FACTS = [
    (_("申报单位"), _("滨海示例研究院")),
    (_("报送对象"), _("示例区科协")),
    (_("版本"), 2),
    (_("盖章纸质材料"), ""),
]
_COMPARISON = [
    {"label": _("工作经费（万元）"), "cells": ["20", "35"], "changed": True},
    {"label": _("办公场地"), "cells": [_("120 平方米"), _("120 平方米")]},
    (_("专职人员"), ["2", "2"]),
]
_EFFECTS = [
    _("发文日期即批准之日，有效期三年，由此起算。"),
    _("3 个单位收到站内通知和邮件。"),
    _("基地列入公开名录，任何人都能查到。"),
]

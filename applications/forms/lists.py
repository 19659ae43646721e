"""Search, filters and order of the list of applications, all kept in the address."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from applications.models import Application
from haizhi_portal.policy.words import JURISDICTION_NAMES, ROUTE_MUNICIPAL, route_label

SORTS = {
    "-number": _("编号，新的在前"),
    "number": _("编号，旧的在前"),
    "-submitted_at": _("提交时间，新的在前"),
    "submitted_at": _("提交时间，旧的在前"),
    "organisation__name": _("单位名称"),
}


class ListFilterForm(forms.Form):
    q = forms.CharField(label=_("编号或单位"), required=False, max_length=60)
    year = forms.ChoiceField(label=_("年度"), required=False)
    state = forms.ChoiceField(label=_("状态"), required=False, choices=[("", _("全部")), *Application.State.choices])
    route = forms.ChoiceField(
        label=_("报送去向"),
        required=False,
        choices=[
            ("", _("全部")),
            *((code, route_label(code)) for code in (ROUTE_MUNICIPAL, *JURISDICTION_NAMES)),
        ],
    )
    sort = forms.ChoiceField(label=_("排序"), required=False, choices=list(SORTS.items()))

    def __init__(self, asked: Mapping[str, Any], *, years: list[int], with_route: bool) -> None:
        super().__init__({key: str(value).replace("\x00", "") for key, value in asked.items()})
        year: Any = self.fields["year"]
        year.choices = [("", _("全部")), *((str(each), str(each)) for each in years)]
        if not with_route:
            del self.fields["route"]

    def narrowed(self, rows: QuerySet[Application]) -> QuerySet[Application]:
        """The rows asked for, in the order asked for; a filter that makes no sense is left out."""
        self.is_valid()
        asked = self.cleaned_data
        if words := asked.get("q", "").strip():
            rows = rows.filter(Q(number__icontains=words) | Q(organisation__name__icontains=words))
        if asked.get("year"):
            rows = rows.filter(call__year=int(asked["year"]))
        if asked.get("state") or asked.get("route"):
            # Whoever handed an application on must not learn from a filter what became of it.
            rows = rows.filter(Q(own_act_only=False))
        if asked.get("state"):
            rows = rows.filter(state=asked["state"])
        if asked.get("route"):
            rows = rows.filter(route=asked["route"])
        order = asked.get("sort") or "-number"
        return rows.order_by(order, "-pk")

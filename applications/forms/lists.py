"""Search, filters and order of the list of applications, all kept in the address."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.db.models import Case, DateField, F, Q, QuerySet, When
from django.utils.translation import gettext_lazy as _

from applications.models import Application
from applications.rules.waiting import overdue
from haizhi_portal.accounts.models import User
from haizhi_portal.policy.words import JURISDICTION_NAMES, ROUTE_MUNICIPAL, Role, route_label

SORTS = {
    "-number": _("编号，新的在前"),
    "number": _("编号，旧的在前"),
    "-submitted_at": _("提交时间，新的在前"),
    "submitted_at": _("提交时间，旧的在前"),
    "organisation__name": _("单位名称"),
}
STAFF_SORTS = {"by": _("期限，近的在前"), "since": _("等待，久的在前")}
MINE, APPLICANT, OTHERS = "mine", "applicant", "others"
TURNS = {"": _("全部"), MINE: _("等我办理"), APPLICANT: _("等申报单位"), OTHERS: _("等其他单位")}
ME, NO_ONE = "me", "none"


class ListFilterForm(forms.Form):
    """``handlers`` are the people to filter by; without any the list is an applicant's own."""

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
    handler = forms.ChoiceField(label=_("经办人"), required=False)
    sort = forms.ChoiceField(label=_("排序"), required=False)
    turn = forms.ChoiceField(required=False, choices=list(TURNS.items()), widget=forms.HiddenInput)
    overdue = forms.BooleanField(label=_("只看逾期"), required=False)

    def __init__(
        self, asked: Mapping[str, Any], *, years: list[int], reader: User, handlers: Iterable[User], today: date
    ) -> None:
        super().__init__({key: str(value).replace("\x00", "") for key, value in asked.items()})
        self.reader, self.today = reader, today
        self.handlers = {each.public_id: each for each in handlers}
        fields: Any = self.fields
        fields["year"].choices = [("", _("全部")), *((str(each), str(each)) for each in years)]
        fields["sort"].choices = list(SORTS.items())
        if reader.role not in (Role.MUNICIPAL, Role.LEADER, Role.AUDITOR):
            del self.fields["route"]
        if reader.role == Role.APPLICANT:
            for name in ("handler", "turn", "overdue"):
                del self.fields[name]
            return
        fields["sort"].choices += list(STAFF_SORTS.items())
        own = [(ME, _("由我经办"))] if reader.role in (Role.DISTRICT, Role.MUNICIPAL) else []
        people = [(key, each.name) for key, each in self.handlers.items()]
        fields["handler"].choices = [("", _("全部")), *own, (NO_ONE, _("还没有经办人")), *people]

    def narrowed(self, rows: QuerySet[Application], *, any_turn: bool = False) -> QuerySet[Application]:
        """The rows asked for, in the order asked for; a filter that makes no sense is left out.

        ``rows`` carry whose move they are and who handles them. ``any_turn`` leaves out whose move was asked for.
        """
        self.is_valid()
        asked = self.cleaned_data
        if words := asked.get("q", "").strip():
            rows = rows.filter(Q(number__icontains=words) | Q(organisation__name__icontains=words))
        if asked.get("year"):
            rows = rows.filter(call__year=int(asked["year"]))
        facts = [*self._facts(), *([] if any_turn else self._turn())]
        if facts:
            # Whoever handed an application on must not learn from a filter what became of it.
            rows = rows.filter(Q(own_act_only=False), *facts)
        return self._ordered(rows)

    def _facts(self) -> list[Q]:
        asked, found = self.cleaned_data, []
        if asked.get("state"):
            found.append(Q(state=asked["state"]))
        if asked.get("route"):
            found.append(Q(route=asked["route"]))
        if asked.get("overdue"):
            found.append(overdue(self.today))
        handler = asked.get("handler")
        if handler == NO_ONE:
            found.append(Q(handled_by__isnull=True))
        elif handler:
            person = self.reader if handler == ME else self.handlers[handler]
            found.append(Q(handled_by=person.pk))
        return found

    def _turn(self) -> list[Q]:
        turn = self.cleaned_data.get("turn")
        return [whose_turn(self.reader)[turn]] if turn else []

    def _ordered(self, rows: QuerySet[Application]) -> QuerySet[Application]:
        order = self.cleaned_data.get("sort") or "-number"
        if order in STAFF_SORTS:
            # What was handed on stands last: its place must not tell how it fares with others.
            told = Case(When(own_act_only=False, then=F(order)), output_field=DateField())
            return rows.order_by(F("own_act_only").asc(), told.asc(nulls_last=True), "-pk")
        return rows.order_by(order, "-pk")


def whose_turn(reader: User) -> dict[str, Q]:
    """For each tab the rows it holds."""
    mine, applicant = Q(mover=reader.role), Q(mover=Role.APPLICANT)
    return {MINE: mine, APPLICANT: applicant, OTHERS: ~mine & ~applicant & ~Q(mover="")}

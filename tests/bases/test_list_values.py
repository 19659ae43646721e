"""Lists, directory and pages of bases: which rows, in which order, and the same day for the same base everywhere."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from bases import daily
from bases.actions.endings import revoke, surrender
from bases.actions.reports import accept_report, file_report, return_report
from bases.actions.terms import note_renewal, renew
from bases.models import Base
from bases.standing import standing
from haizhi_portal.accounts.models import User
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.words import Role
from tests.bases.kit import WORDS, actor, leader, licensed, officer, person, report, system, unit_actor

pytestmark = [pytest.mark.django_db, pytest.mark.clause("5.6-renewal")]
SignIn = Callable[[User], Any]


def shown(client: Any, name: str, **asked: str) -> list[Any]:
    return list(client.get(reverse(f"bases:{name}"), asked).context["page_obj"].object_list)


def world() -> dict[str, Base]:
    """Five bases; the last valid day of the first is 20 April 2029, of the one that asked for a renewal 10 April."""
    bases = {
        "first": licensed("2026-04-20", 1),
        "asked": licensed("2026-04-10", 2, place="210202"),
        "young": licensed("2028-06-01", 3, seat=1),
        "gone": licensed("2027-06-01", 4, seat=1, place="210202"),
        "taken": licensed("2027-06-01", 5, seat=2),
    }
    term = bases["asked"].terms.get()
    note_renewal(term=term, requested_on=date(2029, 3, 1))
    surrender(actor=unit_actor(bases["gone"], "2029-04-19"), base=bases["gone"], reason="业务调整")
    revoke(actor=leader("2029-04-01"), base=bases["taken"], ground="false_statements", years=[], reason="材料不实")
    return {name: Base.objects.get(pk=base.pk) for name, base in bases.items()}


@pytest.mark.parametrize(
    ("day", "rows"),
    [
        (
            "2029-04-10",
            {"in_force": "young gone first asked", "pending": "", "ended": "taken", "expiring": "first asked"},
        ),
        ("2029-04-11", {"in_force": "young gone first", "pending": "asked", "ended": "taken", "expiring": "first"}),
        ("2029-04-20", {"in_force": "young first", "pending": "asked", "ended": "gone taken", "expiring": "first"}),
        ("2029-04-21", {"in_force": "young", "pending": "asked", "ended": "gone taken first", "expiring": ""}),
    ],
)
def test_a_status_takes_exactly_its_bases_and_the_day_decides(
    day: str, rows: dict[str, str], settings: Any, client: Any, client_for: SignIn
) -> None:
    bases = world()
    settings.PORTAL_TODAY = date.fromisoformat(day)
    officer_s = client_for(person(Role.MUNICIPAL))
    names = {base.number: name for name, base in bases.items()}
    found = {key: " ".join(names[base.number] for base in shown(officer_s, "list", status=key)) for key in rows}
    assert found == rows
    public = {key: " ".join(names[base.number] for base in shown(client, "directory", status=key)) for key in rows}
    # The directory knows no bases about to expire: the filter is left out.
    assert public == rows | {"expiring": "young gone taken first asked"}
    # Each page says of its base what the list says.
    for base in bases.values():
        state = standing(base, settings.PORTAL_TODAY)
        assert names[base.number] in rows[state.state].split()


def test_other_filters_and_readers_take_their_own(settings: Any, client: Any, client_for: SignIn) -> None:
    settings.PORTAL_TODAY = date(2029, 4, 19)
    bases = world()
    names = {base.number: name for name, base in bases.items()}
    young = bases["young"]
    for asked, rows in (
        ({}, "young gone taken first asked"),
        ({"year": "2026"}, "first asked"),
        ({"year": "2027"}, "gone taken"),
        ({"year": "2028"}, "young"),
        ({"place": "210202"}, "gone asked"),
        ({"place": "210211"}, "young taken first"),
        ({"q": young.number}, "young"),
        ({"q": young.organisation.name}, "young"),
        ({"year": "2027", "place": "210202"}, "gone"),
        ({"year": "2027", "status": "in_force"}, ""),
    ):
        for visitor, name in ((client, "directory"), (client_for(person(Role.MUNICIPAL)), "list")):
            assert " ".join(names[base.number] for base in shown(visitor, name, **asked)) == rows, asked
    for reader, rows in (
        (person(Role.LEADER), "young gone taken first asked"),
        (person(Role.AUDITOR), "young gone taken first asked"),
        (person(Role.DISTRICT, place="210202"), "gone asked"),
        (person(Role.DISTRICT, place="210203"), ""),
        (person(Role.APPLICANT, organisation=bases["gone"].organisation), "gone"),
    ):
        assert " ".join(names[base.number] for base in shown(client_for(reader), "list")) == rows


@pytest.mark.clause("5.6-renewal", "5.6-term")
@pytest.mark.parametrize("day", ["2029-04-01", "2029-04-20", "2029-04-21", "2032-04-20"])
def test_list_directory_and_both_pages_name_one_last_day(
    day: str, settings: Any, client: Any, client_for: SignIn
) -> None:
    """Also between the decision on a renewal and the first day of the new term."""
    renewed, plain = licensed("2026-04-20", 1), licensed("2028-06-01", 2, seat=1)
    term = renewed.terms.get()
    note_renewal(term=term, requested_on=date(2029, 3, 1))
    renew(actor=leader("2029-03-20"), term=term)
    settings.PORTAL_TODAY = date.fromisoformat(day)
    officer_s = client_for(person(Role.MUNICIPAL))
    last_days = {renewed.pk: date(2032, 4, 20), plain.pk: date(2031, 6, 1)}
    for base in Base.objects.all():
        last_day = last_days[base.pk]
        if last_day < settings.PORTAL_TODAY:
            continue
        assert standing(base, settings.PORTAL_TODAY).valid_through == last_day
        assert officer_s.get(reverse("bases:detail", args=[base.number])).context["standing"].valid_through == last_day
        assert client.get(reverse("bases:public", args=[base.number])).context["standing"].valid_through == last_day
        for visitor, name in ((client, "directory"), (officer_s, "list")):
            (row,) = shown(visitor, name, q=base.number)
            assert (row.status, row.valid_through) == ("in_force", last_day), name
            assert row.valid_from == standing(base, settings.PORTAL_TODAY).valid_from, name
            assert said(last_day) in visitor.get(reverse(f"bases:{name}"), {"q": base.number}).text
        home = client_for(person(Role.APPLICANT, organisation=base.organisation)).get("/home/")
        assert [card.note for card in home.context["work"].figures if card.label == "基地状态"] == [
            f"有效期至{said(last_day)}"
        ]


@pytest.mark.parametrize(
    ("day", "rows"),
    [
        ("2029-01-19", ""),
        ("2029-01-20", "2"),
        ("2029-04-09", "2"),
        ("2029-04-10", "1 2"),
        ("2029-04-20", "1 2"),
        ("2029-04-21", ""),
        ("2032-01-21", ""),
        ("2032-04-20", "3"),
    ],
)
def test_about_to_expire_is_what_its_own_term_s_window_says(
    day: str, rows: str, settings: Any, client_for: SignIn
) -> None:
    short, long, renewed = (licensed("2026-04-20", n) for n in (1, 2, 3))
    note_renewal(term=renewed.terms.get(), requested_on=date(2029, 1, 10))
    renew(actor=leader("2029-01-15"), term=renewed.terms.get())
    for base, days in ((short, 10), (long, 90), (renewed, 90)):
        base.terms.update(renewal_window_days=days)
    Base.objects.get(pk=renewed.pk).terms.filter(number=2).update(renewal_window_days=30)
    settings.PORTAL_TODAY = date.fromisoformat(day)
    found = shown(client_for(person(Role.MUNICIPAL)), "list", status="expiring")
    assert " ".join(f"{base.seat}" for base in found) == rows


def reports_of(client: Any, **asked: str) -> list[str]:
    rows = client.get(reverse("bases:reports"), asked).context["listed"]
    return [f"{row['obligation'].base.number[-1]}:{row['obligation'].period}:{row['state'].key}" for row in rows]


@pytest.mark.clause("5.3-quarterly", "5.3-annual")
def test_reports_are_found_by_state_kind_and_period_the_latest_due_first(settings: Any, client_for: SignIn) -> None:
    one, two = licensed("2027-01-04", 1), licensed("2027-01-04", 2, place="210202")
    for day in ("2027-03-31", "2027-06-30", "2027-09-30"):
        daily.run(system(day))
    for base in (one, two):
        file_report(actor=unit_actor(base, "2027-03-30"), obligation=report(base, "2027Q1"), content=WORDS)
        file_report(actor=unit_actor(base, "2027-06-29"), obligation=report(base, "2027Q2"), content=WORDS)
    accept_report(actor=officer("2027-04-01"), obligation=report(one, "2027Q1"))
    return_report(actor=officer("2027-04-01"), obligation=report(two, "2027Q1"), reason="请补充")
    due = report(one, "2027Q3").due_on
    day_after = date.fromordinal(due.toordinal() + 1)
    visitor = client_for(person(Role.MUNICIPAL))
    settings.PORTAL_TODAY = due
    everything = [
        *("1:2027:open", "2:2027:open", "1:2027Q3:open", "2:2027Q3:open"),
        *("1:2027Q2:waiting", "2:2027Q2:waiting", "1:2027Q1:accepted", "2:2027Q1:returned"),
    ]
    assert reports_of(visitor) == everything
    by_state = {each: [row for row in everything if row.endswith(each)] for each in ("open", "waiting", "accepted")}
    for state, rows in (by_state | {"returned": ["2:2027Q1:returned"], "overdue": [], "cancelled": []}).items():
        assert reports_of(visitor, state=state) == rows, state
    assert reports_of(visitor, kind="annual") == everything[:2]
    assert reports_of(visitor, kind="quarterly") == everything[2:]
    assert reports_of(visitor, quarter="2") == everything[4:6]
    assert reports_of(visitor, year="2027") == everything
    # The years that there are; one that is not offered is left out of account.
    years = visitor.get(reverse("bases:reports")).context["filter_form"].fields["year"].choices
    assert years == [("", "全部"), ("2027", "2027")]
    assert reports_of(visitor, year="2026") == everything
    assert reports_of(visitor, q=two.number) == everything[1::2]
    assert reports_of(client_for(person(Role.DISTRICT, place="210202"))) == everything[1::2]
    assert reports_of(client_for(person(Role.APPLICANT, organisation=one.organisation))) == everything[::2]
    settings.PORTAL_TODAY = day_after
    late = ["1:2027Q3:overdue", "2:2027Q3:overdue"]
    assert reports_of(visitor, state="overdue") == late
    assert reports_of(visitor, state="open") == everything[:2]
    (row,) = shown(visitor, "list", q=one.number)
    assert row.overdue_count == 1


def test_another_unit_s_base_and_reports_are_not_found(settings: Any, client_for: SignIn) -> None:
    settings.PORTAL_TODAY = date(2027, 7, 5)
    base, other = licensed("2026-04-20", 1), licensed("2026-04-20", 2, place="210202")
    daily.run(system("2027-07-05"))
    addresses = [
        reverse("bases:detail", args=[base.number]),
        reverse("bases:report", args=[base.number, "2027Q1"]),
        reverse("bases:activity_list", args=[base.number]),
    ]
    table = {
        person(Role.APPLICANT, organisation=base.organisation): 200,
        person(Role.APPLICANT, organisation=other.organisation): 404,
        person(Role.DISTRICT, place="210211"): 200,
        person(Role.DISTRICT, place="210202"): 404,
        person(Role.MUNICIPAL): 200,
        person(Role.LEADER): 200,
        person(Role.AUDITOR): 200,
        person(Role.EXPERT): 403,
        person(Role.ADMIN): 403,
    }
    found = {who: [client_for(who).get(address).status_code for address in addresses] for who in table}
    assert found == {who: [status] * len(addresses) for who, status in table.items()}
    assert actor(person(Role.LEADER), "2027-07-05").today == settings.PORTAL_TODAY

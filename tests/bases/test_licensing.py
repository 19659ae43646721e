"""The award of a base and what it brings with it."""

from datetime import date

import pytest

from bases.actions.licensing import license
from bases.actions.terms import renew
from bases.models import Base, Obligation, Plaque, Term
from bases.naming import plaque_text
from haizhi_portal.audit.models import Entry
from haizhi_portal.documents.models import Document
from haizhi_portal.notifications.models import Message
from haizhi_portal.policy.verdict import Conflict, RuleViolation
from tests.bases.kit import events, leader, licensed, officer, person, report, unit

pytestmark = pytest.mark.django_db


@pytest.mark.clause("4.3-award")
def test_an_award_makes_base_term_plaque_and_documents_at_once() -> None:
    person("applicant", organisation=unit())
    base = licensed("2027-04-20", seat=3)
    term = base.terms.get()
    assert (base.number, base.licensed_on, base.ended_on) == ("HZ2027-03", date(2027, 4, 20), None)
    assert base.name == "大连市科协海智工作基地（滨海示例研究院1）"
    assert (term.number, term.kind) == (1, Term.TermKind.INITIAL)
    assert (term.approved_on, term.starts_on, term.expires_on) == (
        date(2027, 4, 20),
        date(2027, 4, 20),
        date(2030, 4, 20),
    )
    assert term.edition == "2022 修订"
    assert (term.plaque.number, term.plaque.awarded_on) == ("HZ2027-03-P1", date(2027, 4, 20))
    assert term.plaque.text.splitlines() == [
        "大连市科协海智工作基地",
        "滨海示例研究院1",
        "大连市科学技术协会",
        "二〇二七年四月",
    ]
    assert str(term.approval.number) == "大科协批〔2027〕1号"
    assert str(term.certificate.number) == "大科协证〔2027〕1号"
    assert term.certificate.facts["plaque_number"] == "HZ2027-03-P1"
    assert term.approval.facts == {
        "organisation": "滨海示例研究院1",
        "base_name": base.name,
        "base_number": "HZ2027-03",
        "starts_on": "2027-04-20",
        "expires_on": "2030-04-20",
        "years": "3",
    }
    assert Message.objects.filter(kind="base.licensed", recipient__organisation=unit()).count() == 1


@pytest.mark.clause("4.3-award", "5.6-term")
def test_the_ledger_of_an_award() -> None:
    base = licensed("2027-04-20", seat=3)
    assert events("base.licensed", "term.started", "report.due", base=base) == [
        ("base.licensed", "2027-04-20", {"year": 2027, "seat": 3}),
        (
            "term.started",
            "2027-04-20",
            {
                "number": 1,
                "kind": "initial",
                "approved_on": "2027-04-20",
                "starts_on": "2027-04-20",
                "expires_on": "2030-04-20",
            },
        ),
        ("report.due", "2027-04-20", {"kind": "quarterly", "period": "2027Q2", "due_on": "2027-07-12"}),
        ("report.due", "2027-04-20", {"kind": "annual", "period": "2027", "due_on": "2027-11-30"}),
    ]


@pytest.mark.clause("5.6-term")
@pytest.mark.parametrize(
    ("approved", "last_day"),
    [
        ("2024-02-29", date(2027, 2, 28)),
        ("2028-02-29", date(2031, 2, 28)),
        ("2023-06-01", date(2026, 6, 1)),
        ("2026-03-15", date(2029, 3, 15)),
        ("2025-02-28", date(2028, 2, 28)),
        ("2026-12-31", date(2029, 12, 31)),
    ],
)
def test_three_years_end_on_the_corresponding_day(approved: str, last_day: date) -> None:
    assert licensed(approved).terms.get().expires_on == last_day


@pytest.mark.clause("5.3-quarterly", "5.3-annual")
@pytest.mark.parametrize(
    ("approved", "periods"),
    [
        ("2027-03-31", ["2027Q1", "2027"]),
        ("2027-04-01", ["2027Q2", "2027"]),
        ("2027-11-30", ["2027", "2027Q4"]),
        ("2027-12-01", ["2027Q4"]),
        ("2027-12-31", ["2027Q4"]),
        ("2028-02-29", ["2028Q1", "2028"]),
    ],
)
def test_what_is_owed_from_the_day_of_the_licence(approved: str, periods: list[str]) -> None:
    base = licensed(approved)
    rows = Obligation.objects.filter(base=base).order_by("due_on")
    assert [row.period for row in rows] == periods
    assert {row.opens_on for row in rows} == {date.fromisoformat(approved)}


@pytest.mark.clause("5.3-annual")
@pytest.mark.parametrize(
    ("year", "due_on"), [(2024, date(2024, 12, 2)), (2025, date(2025, 12, 1)), (2026, date(2026, 11, 30))]
)
def test_the_annual_due_day_moves_off_a_weekend(year: int, due_on: date) -> None:
    assert report(licensed(f"{year}-01-15"), str(year)).due_on == due_on


@pytest.mark.clause("4.3-award")
def test_only_a_leader_awards() -> None:
    with pytest.raises(RuleViolation) as refused:
        license(
            actor=officer("2027-04-20"),
            organisation=unit(),
            call_year=2027,
            seat=1,
            application_number="2027-0001",
            notice=None,
        )
    assert refused.value.clause == "4.3-award"


@pytest.mark.clause("3.1-applicant")
def test_a_unit_with_a_live_base_gets_no_second_one() -> None:
    licensed("2027-04-20")
    with pytest.raises(Conflict, match="已有一个存续的海智工作基地"):
        licensed("2028-04-20", seat=2)
    assert Base.objects.count() == 1
    assert not Document.objects.filter(base_number="HZ2028-02").exists()


@pytest.mark.clause("4.2-cap")
def test_a_seat_is_awarded_once() -> None:
    licensed("2027-04-20", 1, seat=1)
    with pytest.raises(Conflict, match="席位已授予其他单位"):
        licensed("2027-04-20", 2, seat=1)
    assert Plaque.objects.count() == 1


@pytest.mark.clause("3.1-applicant", "5.6-term")
def test_a_unit_whose_base_ran_out_unrecorded_can_be_licensed_afresh() -> None:
    first = licensed("2024-03-15")
    second = licensed("2027-03-16", seat=2)
    first.refresh_from_db()
    assert (first.ended_on, first.end) == (date(2027, 3, 16), Base.End.EXPIRED)
    assert second.number == "HZ2027-02"


@pytest.mark.clause("4.3-award")
@pytest.mark.parametrize(
    ("awarded_on", "words"),
    [
        (date(2027, 1, 31), "二〇二七年一月"),
        (date(2028, 2, 29), "二〇二八年二月"),
        (date(2030, 10, 1), "二〇三〇年十月"),
        (date(2031, 11, 30), "二〇三一年十一月"),
        (date(2049, 12, 31), "二〇四九年十二月"),
    ],
)
def test_the_month_on_the_plaque_is_that_of_the_award(awarded_on: date, words: str) -> None:
    lines = plaque_text("滨海示例研究院", awarded_on).splitlines()
    assert lines == ["大连市科协海智工作基地", "滨海示例研究院", "大连市科学技术协会", words]


@pytest.mark.clause("4.3-award", "5.6-reaward")
def test_the_first_term_alone_rests_on_the_application() -> None:
    base = licensed("2027-03-15")
    renew(actor=leader("2030-02-01"), term=base.terms.get())

    assert [term.certificate.application_number for term in base.terms.order_by("number")] == ["2027-0001", ""]
    started = Entry.objects.filter(event="term.started").order_by("seq")
    assert [entry.application for entry in started] == ["2027-0001", None]

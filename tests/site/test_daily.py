"""The day's work: idempotent, and a missed day is caught up by the next."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from haizhi_portal.audit.ledger import as_line
from haizhi_portal.audit.models import Entry
from haizhi_portal.notifications.models import Message, Reminder
from haizhi_portal.site import daily
from haizhi_portal.site.tasks import daily_work
from tests import factories

pytestmark = pytest.mark.django_db


def run(day: str) -> dict[str, int]:
    out = StringIO()
    call_command("daily", "--on", day, stdout=out)
    return {label: int(count) for label, _, count in (line.rpartition(": ") for line in out.getvalue().splitlines())}


def facts() -> list[tuple[str, str, str]]:
    lines = [as_line(entry) for entry in Entry.objects.order_by("seq")]
    return [(line["event"], line["object"], line["on"]) for line in lines]


@pytest.mark.clause("4.1-annual", "5.3-quarterly", "5.4-evaluation")
def test_a_second_run_on_the_same_day_changes_nothing() -> None:
    factories.award(factories.carried_to("approved").call)
    for day in ("2027-07-01", "2028-01-01", "2030-03-01", "2031-01-01"):
        first = run(day)
        before = (facts(), Message.objects.count(), Reminder.objects.count())
        second = run(day)
        assert (facts(), Message.objects.count(), Reminder.objects.count()) == before
        assert set(second) == set(first)
        assert not any(second.values())


@pytest.mark.clause("5.6-term", "5.3-quarterly", "5.3-annual")
def test_days_missed_are_caught_up_and_dated_to_when_they_were_due() -> None:
    base = factories.award(factories.carried_to("approved").call)[0]
    run("2031-05-05")
    term = base.terms.get()
    happened = facts()
    after = date.fromordinal(term.expires_on.toordinal() + 1).isoformat()
    assert ("term.expired", f"term:{base.number}/1", after) in happened
    assert ("base.expired", f"base:{base.number}", after) in happened
    assert ("report.due", f"report:{base.number}/2028Q2", "2028-04-01") in happened
    assert ("report.due", f"report:{base.number}/2029", "2029-01-01") in happened
    base.refresh_from_db()
    assert (base.end, base.ended_on) == ("expired", date.fromisoformat(after))


def test_the_command_prints_one_line_per_kind_of_work_and_refuses_other_dates() -> None:
    labels = list(run("2027-01-01"))
    assert len(labels) == len(set(labels)) >= 6
    for wrong in ("2027-13-01", "soon", "2027-02-29"):
        with pytest.raises(CommandError, match="YYYY-MM-DD"):
            call_command("daily", "--on", wrong, stdout=StringIO())


def test_beat_runs_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr(daily, "run", lambda now: seen.append(now) or [("x", 1)])
    daily_work.apply()
    assert len(seen) == 1

"""Short ways to write days and a calendar with the tables of 2025 and 2026."""

from __future__ import annotations

from datetime import date, timedelta

from haizhi_portal.policy.workdays import WorkCalendar


def d(text: str) -> date:
    return date.fromisoformat(text)


def _run(first: str, last: str) -> set[date]:
    start, end = d(first), d(last)
    return {start + timedelta(days=n) for n in range((end - start).days + 1)}


OFF_2025 = {
    *_run("2025-01-01", "2025-01-01"),
    *_run("2025-01-28", "2025-02-04"),
    *_run("2025-04-04", "2025-04-06"),
    *_run("2025-05-01", "2025-05-05"),
    *_run("2025-05-31", "2025-06-02"),
    *_run("2025-10-01", "2025-10-08"),
}
ON_2025 = {d(f"2025-{day}") for day in ("01-26", "02-08", "04-27", "09-28", "10-11")}
OFF_2026 = {
    *_run("2026-01-01", "2026-01-03"),
    *_run("2026-02-15", "2026-02-23"),
    *_run("2026-04-04", "2026-04-06"),
    *_run("2026-05-01", "2026-05-05"),
    *_run("2026-06-19", "2026-06-21"),
    *_run("2026-09-25", "2026-09-27"),
    *_run("2026-10-01", "2026-10-07"),
}
ON_2026 = {d(f"2026-{day}") for day in ("01-04", "02-14", "02-28", "05-09", "09-20", "10-10")}

PUBLISHED = WorkCalendar(frozenset(OFF_2025 | OFF_2026), frozenset(ON_2025 | ON_2026), frozenset({2025, 2026}))

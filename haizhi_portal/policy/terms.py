"""Licence terms: when they start, end, and can be renewed (`5.6-term`, `5.6-renewal`, `5.6-reaward`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from haizhi_portal.policy.dates_said import said, said_range, said_with_weekday
from haizhi_portal.policy.figures import Figures
from haizhi_portal.policy.periods import ONE_DAY, add_years, last_day_of_term, renewal_window
from haizhi_portal.policy.verdict import Verdict
from haizhi_portal.policy.workdays import WorkCalendar


@dataclass(frozen=True, slots=True)
class Span:
    """A term's first and last day in force, both included."""

    starts_on: date
    expires_on: date


class TermState(StrEnum):
    """What a day makes of a term."""

    UPCOMING = "upcoming"
    IN_FORCE = "in_force"
    RENEWABLE = "renewable"
    EXPIRED_PENDING = "expired_pending"
    EXPIRED = "expired"
    ENDED = "ended"


TERM_STATE_LABELS: dict[str, str] = {
    TermState.UPCOMING: "尚未开始",
    TermState.IN_FORCE: "有效",
    TermState.RENEWABLE: "有效（可申请续期）",
    TermState.EXPIRED_PENDING: "已到期，续期考核中",
    TermState.EXPIRED: "已到期",
    TermState.ENDED: "已终止",
}


def first_term(approved_on: date, figures: Figures) -> Span:
    """In force from the day of the approval document through the corresponding day, `term_years` later."""
    return Span(approved_on, last_day_of_term(approved_on, figures.term_years))


def renewed_term(old_expires_on: date, decided_on: date, figures: Figures) -> Span:
    """The next term: without a gap when decided by the old one's last day, else from the day of the decision."""
    if decided_on <= old_expires_on:
        return Span(old_expires_on + ONE_DAY, add_years(old_expires_on, figures.term_years))
    return first_term(decided_on, figures)


def expiry_day(expires_on: date) -> date:
    """The first day on which the term is no longer in force."""
    return expires_on + ONE_DAY


def term_state(
    today: date,
    starts_on: date,
    expires_on: date,
    *,
    ended_on: date | None = None,
    renewal_pending: bool = False,
    window_days: int = 0,
) -> TermState:
    """Where the term stands on a day.

    `ended_on` is the day of a surrender or withdrawal, itself no longer in force; `renewal_pending` says that a
    renewal requested in time is still undecided; `window_days` tells renewable days from others.
    """
    if ended_on is not None and today >= ended_on:
        return TermState.ENDED
    if today < starts_on:
        return TermState.UPCOMING
    if today > expires_on:
        return TermState.EXPIRED_PENDING if renewal_pending else TermState.EXPIRED
    if window_days and renewal_window(expires_on, window_days).contains(today):
        return TermState.RENEWABLE
    return TermState.IN_FORCE


def is_in_force(day: date, starts_on: date, expires_on: date, ended_on: date | None = None) -> bool:
    """Whether the licence is in force on that day: its last day still is, the day of an early end is not."""
    return starts_on <= day <= expires_on and (ended_on is None or day < ended_on)


def renewal_verdict(*, today: date, expires_on: date, figures: Figures, calendar: WorkCalendar) -> Verdict:
    """Whether the renewal may be requested today, with the window's dates in words."""
    clause = "5.6-renewal"
    window = renewal_window(expires_on, figures.renewal_window_days)
    opens_on, closes_on = window.opens_on, window.closes_on
    period = said_range(opens_on, closes_on)
    dates = f"续期申请须在到期前 {figures.renewal_window_days} 天内提出，即{period}（含首尾两日）"
    if today < opens_on:
        reason = f"{dates}，现在尚未到时间，请于{said(opens_on)}起提出。{_safest(closes_on, calendar)}"
        return Verdict.no(clause, reason, opens_on=opens_on, closes_on=closes_on)
    if today > closes_on:
        reason = f"{dates}，现已逾期，不能再申请续期。资格终止后，可在以后年度的申报中作为新基地重新申报。"
        return Verdict.no(clause, reason, opens_on=opens_on, closes_on=closes_on)
    return Verdict.yes(clause, f"{dates}。{_safest(closes_on, calendar)}", opens_on=opens_on, closes_on=closes_on)


def _safest(closes_on: date, calendar: WorkCalendar) -> str:
    safest, last = calendar.previous_working_day(closes_on), said_with_weekday(closes_on)
    known = calendar.knows(closes_on.year)
    unknown = "" if known else f"{closes_on.year} 年放假安排尚未录入，只按周六、周日推算。"
    if safest == closes_on:
        return f"最后一天{last}是工作日。{unknown}"
    return f"最后一天{last}不是工作日且期限不顺延，最稳妥是不晚于{said_with_weekday(safest)}提出。{unknown}"

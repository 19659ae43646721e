"""The timetable of a year's call, and what may be handed in when (`4.1-annual`, `4.1-via-district`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from haizhi_portal.policy.dates_said import said, said_range
from haizhi_portal.policy.periods import end_of, start_of
from haizhi_portal.policy.problem import Problem
from haizhi_portal.policy.verdict import Verdict

STEPS: tuple[tuple[str, str], ...] = (
    ("opens_on", "申报开始日"),
    ("applicants_close_on", "单位申报截止日"),
    ("districts_close_on", "辖区审核截止日"),
    ("initial_close_on", "初审截止日"),
    ("certification_on", "集中认证日"),
)


@dataclass(frozen=True, slots=True)
class Timetable:
    """The five days staff set for a year's call, in this order. None of them is moved by a holiday."""

    year: int
    opens_on: date
    applicants_close_on: date
    districts_close_on: date
    initial_close_on: date
    certification_on: date

    def days(self) -> tuple[tuple[str, str, date], ...]:
        """Field, title and day of each step, in order."""
        return tuple((field, title, getattr(self, field)) for field, title in STEPS)

    def problems(self) -> list[Problem]:
        """What keeps the timetable from being used; empty when it is in order."""
        found = []
        if self.opens_on.year != self.year:
            found.append(Problem("opens_on", f"申报开始日应在 {self.year} 年内。"))
        for (_, earlier_title, earlier), (field, title, day) in pairwise(self.days()):
            if day <= earlier:
                found.append(Problem(field, f"{title}应晚于{earlier_title}（{said(earlier)}）。"))
        named = {problem.field for problem in found}
        if self.applicants_close_on.year > self.year and "applicants_close_on" not in named:
            found.append(Problem("applicants_close_on", f"单位申报截止日应在 {self.year} 年内。"))
        last = date(self.year + 1, 12, 31)
        if self.certification_on > last and "certification_on" not in named:
            found.append(Problem("certification_on", f"集中认证日最晚为{said(last)}。"))
        return found

    def clashes(self, others: Iterable[Timetable]) -> list[Problem]:
        """Where another year's call is open on one of this one's days, or their rounds would change places."""
        for other in others:
            if other.opens_on <= self.applicants_close_on and self.opens_on <= other.applicants_close_on:
                period = said_range(other.opens_on, other.applicants_close_on)
                field = "opens_on" if self.opens_on >= other.opens_on else "applicants_close_on"
                words = f"{other.year}年度申报时间为{period}，同一时间只能开放一个年度的申报，请错开。"
                return [Problem(field, words)]
            earlier, later = sorted((self, other), key=lambda each: each.year)
            if earlier.certification_on >= later.certification_on:
                place = "以前" if self is earlier else "以后"
                words = f"{other.year}年度的集中认证日为{said(other.certification_on)}，本年度的须在那天{place}。"
                return [Problem("certification_on", words)]
        return []


def announcing_problems(timetable: Timetable, today: date, others: Iterable[Timetable]) -> list[Problem]:
    """What keeps a call from being announced today: it opens today or later, this year or the coming one."""
    if timetable.year < today.year:
        return [Problem("year", f"{timetable.year} 年已过，只能公布 {today.year} 或 {today.year + 1} 年度申报。")]
    if timetable.year > today.year + 1:
        return [Problem("year", f"现在只能公布 {today.year} 或 {today.year + 1} 年度申报。")]
    found = timetable.problems()
    if timetable.opens_on < today and timetable.opens_on.year == timetable.year:
        words = f"申报须在开始之日或之前公布，申报开始日不能早于今天（{said(today)}）。"
        found.insert(0, Problem("opens_on", words))
    return found or timetable.clashes(others)


def changing_problems(now: Timetable, wanted: Timetable, today: date, others: Iterable[Timetable]) -> list[Problem]:
    """What keeps a call's days from being moved today: what is over stays, and nothing moves into the past."""
    if found := wanted.problems() or wanted.clashes(others):
        return found
    if now == wanted:
        return [Problem("applicants_close_on", "时间安排没有变化。")]
    for (field, title, old), (_field, _title, day) in zip(now.days(), wanted.days(), strict=True):
        over = old <= today if field == "opens_on" else old < today
        if day != old and over:
            found.append(Problem(field, f"“{title}”（{said(old)}）已过，不能再改。"))
        elif day != old and day < today:
            found.append(Problem(field, f"“{title}”不能改到今天（{said(today)}）以前。"))
    return found


def submission_verdict(timetable: Timetable, now: datetime, *, correction_until: date | None = None) -> Verdict:
    """Whether an application may be handed in at this instant.

    The closing day is open to its last second in Asia/Shanghai. One returned for correction may come back until
    `correction_until`, even after the closing. `now` must carry a time zone.
    """
    clause = "4.1-annual"
    opens_on, closes_on = timetable.opens_on, timetable.applicants_close_on
    period = said_range(opens_on, closes_on)
    if now < start_of(opens_on):
        return Verdict.no(
            clause,
            f"{timetable.year}年度申报时间为{period}，尚未开始。现在可以先填写草稿，{said(opens_on)}起提交。",
            opens_on=opens_on,
            closes_on=closes_on,
        )
    last_day = max(closes_on, correction_until) if correction_until else closes_on
    if now < end_of(last_day):
        return Verdict.yes(
            clause, f"可提交至{said(last_day)} 24:00（北京时间）。", opens_on=opens_on, closes_on=last_day
        )
    if correction_until:
        reason = f"补正期限（{said(last_day)} 24:00）已过，不能再提交。已填内容仍为您保留，可用于下一年度申报。"
    else:
        reason = (
            f"{timetable.year}年度申报时间为{period}，已于{said(closes_on)} 24:00 截止，不能再提交。"
            "已填内容仍为您保留，可用于下一年度申报。"
        )
    return Verdict.no(clause, reason, opens_on=opens_on, closes_on=last_day)


def district_verdict(timetable: Timetable, today: date) -> Verdict:
    """Whether a district or zone may still answer what was handed to it."""
    clause = "4.1-via-district"
    opens_on, closes_on = timetable.opens_on, timetable.districts_close_on
    if today < opens_on:
        return Verdict.no(
            clause,
            f"{timetable.year}年度申报{said(opens_on)}开始，辖区审核随之开始。",
            opens_on=opens_on,
            closes_on=closes_on,
        )
    if today > closes_on:
        return Verdict.no(
            clause,
            f"辖区审核已于{said(closes_on)}截止，未处理的申报转由市科协办理。",
            opens_on=opens_on,
            closes_on=closes_on,
        )
    return Verdict.yes(
        clause, f"请在{said(closes_on)}前（含当日）提出审核意见。", opens_on=opens_on, closes_on=closes_on
    )

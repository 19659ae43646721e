"""The year's seats for new bases (`4.2-cap`). Renewals take none."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.figures import FIGURE_SPECS
from haizhi_portal.policy.verdict import Verdict

CLAUSE = "4.2-cap"


def seat_verdict(taken: int, quota: int, year: int) -> Verdict:
    """Whether one more new base fits into the year's quota."""
    if taken < quota:
        return Verdict.yes(CLAUSE, f"{year}年度名额 {quota} 个，已用 {taken} 个，还可设立 {quota - taken} 个。")
    return Verdict.no(
        CLAUSE,
        f"{year}年度新设基地名额 {quota} 个已全部用完。"
        "确需增加的，请先登记准予增加名额的文件文号和日期，再调高本年度名额。",
    )


def raise_verdict(
    current: int, new: int, document: str, document_on: date | None, *, year: int, today: date
) -> Verdict:
    """Whether a year's quota may go from `current` to `new` on the strength of a dated document.

    The document is neither of the future nor older than the year before the call's.
    """
    maximum = FIGURE_SPECS["annual_quota"].maximum
    if new > maximum:
        return Verdict.no(CLAUSE, f"新名额最多 {maximum} 个。")
    if new <= current:
        return Verdict.no(CLAUSE, f"新名额须大于现有的 {current} 个。")
    if not document.strip():
        return Verdict.no(CLAUSE, "增加名额须登记准予增加的文件文号。", field="document")
    if document_on is None:
        return Verdict.no(CLAUSE, "增加名额须登记准予增加的文件日期。", field="document_on")
    if document_on > today:
        return Verdict.no(CLAUSE, f"文件日期不能晚于今天（{said(today)}）。", field="document_on")
    if document_on < date(year - 1, 1, 1):
        earliest = said(date(year - 1, 1, 1))
        words = f"文件日期不能早于{earliest}：须是针对 {year} 年度名额的文件。"
        return Verdict.no(CLAUSE, words, field="document_on")
    return Verdict.yes(CLAUSE)


def next_seat(taken_numbers: Collection[int], quota: int) -> int | None:
    """The smallest free seat number from 1 to the quota, None when all are taken."""
    return next((number for number in range(1, quota + 1) if number not in taken_numbers), None)

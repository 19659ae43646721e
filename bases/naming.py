"""What bases, periods and ledger objects are called."""

from datetime import date

from django.utils.translation import gettext as _

from bases.models import Base, Obligation, Term
from haizhi_portal.policy.words import ROLE_LABELS, Role

_DIGITS = "〇一二三四五六七八九"
_MONTHS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")


def base_number(call_year: int, seat: int) -> str:
    return f"HZ{call_year}-{seat:02d}"


def base_name(organisation_name: str) -> str:
    return f"大连市科协海智工作基地（{organisation_name}）"


def plaque_number(base: Base, term_number: int) -> str:
    return f"{base.number}-P{term_number}"


def plaque_text(organisation_name: str, awarded_on: date) -> str:
    """What stands on the plaque, line by line, the date in Chinese figures."""
    year = "".join(_DIGITS[int(digit)] for digit in str(awarded_on.year))
    when = f"{year}年{_MONTHS[awarded_on.month - 1]}月"
    return "\n".join(("大连市科协海智工作基地", organisation_name, "大连市科学技术协会", when))


def period_title(kind: str, period: str) -> str:
    """2027Q1 as 2027年第1季度工作信息, 2027 as 2027年度总结与下年度计划."""
    if kind == Obligation.ReportKind.QUARTERLY:
        year, quarter = period.split("Q")
        return f"{year}年第{quarter}季度工作信息"
    return f"{period}年度总结与{int(period) + 1}年度计划"


def party(role: str) -> str:
    """Who acted in the life of a base, by role: its unit applies for nothing any more."""
    return _("基地所在单位") if role == Role.APPLICANT else str(ROLE_LABELS.get(role, ""))


def term_object(base: Base, term: Term) -> str:
    return f"term:{base.number}/{term.number}"


def renewal_object(base: Base, term: Term) -> str:
    """Every request to renew one term, one after another."""
    return f"renewal:{base.number}/{term.number}"


def report_object(base: Base, period: str) -> str:
    return f"report:{base.number}/{period}"

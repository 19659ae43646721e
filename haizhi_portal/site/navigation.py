"""Where each person can go from any page."""

from functools import cache
from typing import Any, NamedTuple

from django.urls import resolve, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from haizhi_portal.accounts.entry import ANYONE, SIGNED_IN


class Entry(NamedTuple):
    """One link: its words and the route it leads to. The route itself says who may enter.

    ``hidden_from`` names roles that reach the same page under another name.
    """

    label: str | Promise
    url_name: str
    hidden_from: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        return reverse(self.url_name)

    def is_open_to(self, role: str) -> bool:
        if role in self.hidden_from:
            return False
        who = _doors(self.url_name)
        return ANYONE in who or SIGNED_IN in who or role in who


PUBLIC: tuple[Entry, ...] = (
    Entry(_("首页"), "site:front"),
    Entry(_("基地名录"), "bases:directory"),
    Entry(_("该向哪里申报"), "site:route_finder"),
    Entry(_("文书查验"), "site:verify_form"),
)

WORK: tuple[Entry, ...] = (
    Entry(_("工作台"), "site:home"),
    Entry(_("评审任务"), "applications:assignments"),
    Entry(_("申报"), "applications:list", hidden_from=("expert",)),
    Entry(_("年度申报"), "applications:calls"),
    Entry(_("基地"), "bases:list"),
    Entry(_("报告"), "bases:reports"),
    Entry(_("合作伙伴"), "resources:list"),
    Entry(_("评估与续期"), "evaluations:list"),
    Entry(_("公文登记"), "documents:register"),
    Entry(_("单位"), "accounts:organisations"),
    Entry(_("审核单位"), "accounts:places"),
    Entry(_("现行指标"), "site:figures"),
    Entry(_("节假日"), "site:holidays"),
    Entry(_("审计台账"), "site:ledger"),
    Entry(_("用户"), "accounts:users"),
    Entry(_("通知"), "notifications:inbox"),
)

ACCOUNT: tuple[Entry, ...] = (
    Entry(_("我的资料"), "accounts:profile"),
    Entry(_("本单位"), "accounts:own_organisation"),
    Entry(_("本单位人员"), "accounts:colleagues"),
    Entry(_("登录安全"), "accounts:security"),
    Entry(_("日历订阅"), "site:calendar"),
    Entry(_("外出代办"), "accounts:delegations"),
    Entry(_("修改密码"), "accounts:password_change"),
)

FOOTER: tuple[Entry, ...] = PUBLIC[1:]


def navigation(user: Any) -> list[Entry]:
    """The links of the head of the page; a stranger (or nobody at all) sees the public ones."""
    return _for_user(PUBLIC if _is_stranger(user) else WORK, user)


def account_links(user: Any) -> list[Entry]:
    """The links of the person's own menu."""
    return [] if _is_stranger(user) else _for_user(ACCOUNT, user)


def _is_stranger(user: Any) -> bool:
    return user is None or not user.is_authenticated


def _for_user(entries: tuple[Entry, ...], user: Any) -> list[Entry]:
    role = "" if _is_stranger(user) else user.role
    return [entry for entry in entries if entry.is_open_to(role)]


@cache
def _doors(url_name: str) -> tuple[str, ...]:
    """Who may enter the route, as its view declares."""
    return tuple(resolve(reverse(url_name)).func.entry)  # type: ignore[attr-defined]

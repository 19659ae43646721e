"""The separate parts a report consists of (`5.3-quarterly`, `5.3-annual`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bases.models import Obligation

MAX_LENGTH = 5000


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a report: its key, heading, what to write, and whether it may stay empty."""

    key: str
    title: str | Promise
    hint: str | Promise
    required: bool = True


PARTS: dict[str, tuple[Part, ...]] = {
    Obligation.ReportKind.QUARTERLY: (
        Part("work", _("本季度工作情况"), _("做了哪些事，进展到哪一步。")),
        Part("activities", _("活动与合作"), _("办了哪些活动，与哪些海外伙伴往来；没有可以不填。"), required=False),
        Part("problems", _("困难与建议"), _("需要市科协协调的事；没有可以不填。"), required=False),
        Part("next_quarter", _("下季度安排"), _("准备做什么，大致什么时候。")),
    ),
    Obligation.ReportKind.ANNUAL: (
        Part("priorities", _("本年度工作重点"), _("这一年主要抓了什么，完成得怎样。")),
        Part("innovations", _("创新做法"), _("与往年或他处不同的做法。")),
        Part("results", _("主要成效"), _("引进的人才、落地的项目、产生的效益，尽量用数字。")),
        Part("next_year", _("下年度重大活动和项目"), _("名称、时间、预期目标。")),
    ),
}


def tidy(kind: str, content: Mapping[str, Any]) -> dict[str, str]:
    """The parts of this kind of report and nothing else, without surrounding blanks."""
    return {part.key: str(content.get(part.key) or "").strip()[:MAX_LENGTH] for part in PARTS[kind]}


def missing(kind: str, content: Mapping[str, str]) -> list[Part]:
    """Required parts that are still empty."""
    return [part for part in PARTS[kind] if part.required and not content.get(part.key)]

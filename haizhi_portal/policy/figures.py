"""Every number of the scheme, once. What is here are the defaults; staff put other values in force from a date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from haizhi_portal.policy.periods import clamped
from haizhi_portal.policy.problem import Problem


class Weight(NamedTuple):
    """A criterion: its key, title, most points it can bring, and how they are earned."""

    key: str
    title: str
    points: int
    rule: str


EVALUATION_WEIGHTS: tuple[Weight, ...] = (
    Weight("5.4.1", "制度、人员、场地与预算", 15, "制度 5 分，人员 3 分，场地 3 分，当年预算 4 分；逐项看有无和落实。"),
    Weight("5.4.2", "年度计划制定与完成", 20, "按建设方案制定计划 6 分；计划任务完成情况 14 分，按完成比例给分。"),
    Weight(
        "5.4.3",
        "活动、合作与交办任务",
        35,
        "成规模活动 10 分（至少 1 次）；海外合作方 10 分（年末至少 2 个）；引荐人才、集聚项目 10 分；交办任务 5 分。",
    ),
    Weight("5.4.4", "资源库建设与更新", 10, "三库齐备 4 分；更新及时 3 分；信息安全、准确、有效 3 分。"),
    Weight("5.4.5", "海外联系渠道", 10, "新增渠道或原有联系更紧密，按联系记录给分。"),
    Weight("5.4.6", "信息报送", 10, "四个季度每季 2 分，年度总结与计划 2 分；迟报酌减。"),
)

CERTIFICATION_WEIGHTS: tuple[Weight, ...] = (
    Weight("conditions", "条件保障", 20, "工作规程与财务制度 6 分，人员 4 分，场地 4 分，经费 6 分。"),
    Weight("channels", "海外渠道与载体", 25, "联系渠道是否稳定、合作协议是否有效、承接人才和项目的平台是否可用。"),
    Weight("results", "已有成效", 20, "已引进的人才、已落地的项目和已开展的交流。"),
    Weight("plan", "建设方案与目标", 25, "计划是否可行，目标是否具体、可检查。"),
    Weight("fit", "产业契合与示范", 10, "与大连产业和区域需求的契合程度、带动示范作用。"),
)


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures in force on a day. Units are in `FIGURE_SPECS`; "days" alone are calendar days."""

    edition: str = "2022 修订"
    annual_quota: int = 5
    term_years: int = 3
    renewal_window_days: int = 90
    quarterly_due_days: int = 10
    quarterly_file_days_before: int = 10
    annual_due_month: int = 11
    annual_due_day: int = 30
    annual_file_days_before: int = 60
    review_working_days: int = 5
    withdrawal_confirm_days: int = 30
    renewal_paper_working_days: int = 10
    correction_working_days: int = 10
    notice_working_days: int = 5
    notice_on: bool = True
    paper_copies: int = 2
    excellent_from: Decimal = Decimal("90")
    qualified_from: Decimal = Decimal("60")
    minimum_valid_scores: int = 3
    minimum_activities: int = 1
    minimum_partners: int = 2
    upload_max_megabytes: int = 20
    upload_total_megabytes: int = 500
    evaluation_weights: tuple[Weight, ...] = EVALUATION_WEIGHTS
    certification_weights: tuple[Weight, ...] = CERTIFICATION_WEIGHTS

    def annual_qualifying_day(self, year: int) -> date:
        """The day of the year on which the annual report falls due before any holiday moves it."""
        return clamped(year, self.annual_due_month, self.annual_due_day)

    def problems(self) -> list[Problem]:
        """Figures that are each in bounds but cannot stand together; empty when they can."""
        found = []
        if self.excellent_from <= self.qualified_from:
            found.append(Problem("excellent_from", "优秀分数线须高于合格分数线。"))
        if clamped(2023, self.annual_due_month, self.annual_due_day).day != self.annual_due_day:
            found.append(Problem("annual_due_day", f"{self.annual_due_month} 月没有 {self.annual_due_day} 日。"))
        return found


DEFAULTS = Figures()


@dataclass(frozen=True, slots=True)
class FigureSpec:
    """How one figure is shown, read and bounded. `kind` is text, integer, decimal, switch or weights."""

    key: str
    label: str
    unit: str
    clause: str
    kind: str
    minimum: int = 0
    maximum: int = 0

    def parse(self, value: object) -> Any:
        """The figure's value from what a form or a stored row holds. Raises ValueError in words for the reader."""
        return _PARSERS[self.kind](self, value)

    def dump(self, value: Any) -> Any:
        """The value as JSON keeps it; `parse` reads it back."""
        if isinstance(value, Decimal):
            return str(value)
        if self.kind == "weights":
            return [list(weight) for weight in value]
        return value


def _parse_text(spec: FigureSpec, value: object) -> str:
    text = str(value).strip()
    if not text or len(text) > spec.maximum:
        raise ValueError(f"{spec.label}须填写，不超过 {spec.maximum} 字。")
    return text


def _parse_integer(spec: FigureSpec, value: object) -> int:
    number = _parse_decimal(spec, value)
    if number != number.to_integral_value():
        raise ValueError(f"{spec.label}须为整数。")
    return int(number)


def _parse_decimal(spec: FigureSpec, value: object) -> Decimal:
    try:
        number = Decimal(str(value).strip())
    except ArithmeticError:
        raise ValueError(f"{spec.label}须为数字。") from None
    if not number.is_finite() or not spec.minimum <= number <= spec.maximum:
        raise ValueError(f"{spec.label}须在 {spec.minimum} 至 {spec.maximum} {spec.unit}之间。".replace("  ", " "))
    return number


def _parse_switch(spec: FigureSpec, value: object) -> bool:
    words = {"true": True, "1": True, "on": True, "是": True, "false": False, "0": False, "": False, "否": False}
    try:
        return words[str(value).strip().lower()]
    except KeyError:
        raise ValueError(f"{spec.label}须为是或否。") from None


def _parse_weights(spec: FigureSpec, value: object) -> tuple[Weight, ...]:
    if not isinstance(value, list | tuple) or not value:
        raise ValueError(f"{spec.label}至少要有一项指标。")
    try:
        weights = tuple(Weight(str(k).strip(), str(t).strip(), int(p), str(r).strip()) for k, t, p, r in value)
    except (TypeError, ValueError):
        raise ValueError(f"{spec.label}每项须有代号、名称、整数分值和评分办法。") from None
    if any(not weight.key or not weight.title or weight.points < 1 for weight in weights):
        raise ValueError(f"{spec.label}每项须有代号和名称，分值至少 1 分。")
    if len({weight.key for weight in weights}) != len(weights):
        raise ValueError(f"{spec.label}的代号不能重复。")
    if (total := sum(weight.points for weight in weights)) != 100:
        raise ValueError(f"{spec.label}合计须为 100 分，现为 {total} 分。")
    if spec.key == "evaluation_weights" and {weight.key for weight in weights} != _INDICATORS:
        raise ValueError(f"{spec.label}须正好对应方案的六项评估内容。")
    return weights


_INDICATORS = frozenset(weight.key for weight in EVALUATION_WEIGHTS)
_PARSERS = {
    "text": _parse_text,
    "integer": _parse_integer,
    "decimal": _parse_decimal,
    "switch": _parse_switch,
    "weights": _parse_weights,
}


FIGURE_SPECS: dict[str, FigureSpec] = {
    spec.key: spec
    for spec in (
        FigureSpec("edition", "方案版本", "", "4.1-annual", "text", 1, 60),
        FigureSpec("annual_quota", "每年新设基地名额", "个", "4.2-cap", "integer", 0, 50),
        FigureSpec("term_years", "资格有效期", "年", "5.6-term", "integer", 1, 10),
        FigureSpec("renewal_window_days", "到期前可申请续期", "天", "5.6-renewal", "integer", 1, 365),
        FigureSpec("quarterly_due_days", "季度信息在季后报送", "天", "5.3-quarterly", "integer", 1, 60),
        FigureSpec("quarterly_file_days_before", "季度信息在季末前可报送", "天", "5.3-quarterly", "integer", 0, 60),
        FigureSpec("annual_due_month", "年度总结截止月", "月", "5.3-annual", "integer", 1, 12),
        FigureSpec("annual_due_day", "年度总结截止日", "日", "5.3-annual", "integer", 1, 31),
        FigureSpec("annual_file_days_before", "年度总结在截止日前可报送", "天", "5.3-annual", "integer", 0, 180),
        FigureSpec("review_working_days", "评估结果复核申请期", "个工作日", "5.4-evaluation", "integer", 1, 60),
        FigureSpec("withdrawal_confirm_days", "取消资格确认期", "天", "5.5-exit", "integer", 1, 180),
        FigureSpec("renewal_paper_working_days", "续期纸质申请补交期", "个工作日", "5.6-renewal", "integer", 1, 60),
        FigureSpec("correction_working_days", "补正期限", "个工作日", "4.2-initial", "integer", 1, 60),
        FigureSpec("notice_working_days", "公示期", "个工作日", "4.3-decision", "integer", 1, 60),
        FigureSpec("notice_on", "授牌前公示", "", "4.3-decision", "switch"),
        FigureSpec("paper_copies", "纸质材料份数", "份", "4.1-paper", "integer", 0, 10),
        FigureSpec("excellent_from", "优秀分数线", "分", "5.4-evaluation", "decimal", 1, 100),
        FigureSpec("qualified_from", "合格分数线", "分", "5.4-evaluation", "decimal", 1, 100),
        FigureSpec("minimum_valid_scores", "专家有效评分最少份数", "份", "4.2-experts", "integer", 1, 15),
        FigureSpec("minimum_activities", "每年活动最少次数", "次", "5.4.3", "integer", 0, 50),
        FigureSpec("minimum_partners", "海外合作方最少数量", "个", "5.4.3", "integer", 0, 50),
        FigureSpec("upload_max_megabytes", "单个文件上限", "MB", "4.1-materials", "integer", 1, 200),
        FigureSpec("upload_total_megabytes", "一项申报的文件合计上限", "MB", "4.1-materials", "integer", 20, 5000),
        FigureSpec("evaluation_weights", "年度评估指标与分值", "分", "5.4-evaluation", "weights"),
        FigureSpec("certification_weights", "专家认证指标与分值", "分", "4.2-experts", "weights"),
    )
}


def with_changes(changes: Mapping[str, object], base: Figures = DEFAULTS) -> Figures:
    """The figures with some of them replaced. Raises ValueError for an unknown key or a value out of bounds."""
    unknown = sorted(set(changes) - set(FIGURE_SPECS))
    if unknown:
        raise ValueError(f"没有这样的指标：{'、'.join(unknown)}。")
    return replace(base, **{key: FIGURE_SPECS[key].parse(value) for key, value in changes.items()})


def as_json(figures: Figures) -> dict[str, Any]:
    """All figures as JSON keeps them, for freezing on an application, a term or an evaluation."""
    return {field.name: FIGURE_SPECS[field.name].dump(getattr(figures, field.name)) for field in fields(figures)}

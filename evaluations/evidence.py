"""What the portal already knows of a base's year, indicator by indicator (`5.4.1` … `5.4.6`)."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from bases.models import Base, Obligation, Term
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.figures import Figures
from haizhi_portal.policy.obligations import ANNUAL, QUARTERLY
from resources.queries import in_force_on, of_organisation


@dataclass(frozen=True)
class Fact:
    """One line of evidence; ``met`` answers a hard minimum and is None where there is none."""

    label: str
    value: str
    met: bool | None = None


@dataclass(frozen=True)
class Evidence:
    """Facts per indicator, and whether each hard minimum is met."""

    indicators: dict[str, list[Fact]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The evidence as it is frozen on the evaluation."""
        return {key: [asdict(fact) for fact in facts] for key, facts in self.indicators.items()}

    @property
    def unmet(self) -> list[str]:
        """Labels of the hard minimums that are not met."""
        return [fact.label for facts in self.indicators.values() for fact in facts if fact.met is False]


def evidence_of(base: Base, year: int, figures: Figures, today: date) -> Evidence:
    """Gather the evidence of ``base`` for ``year``: reports, activities held, partners in force on 31 December.

    ``today`` tells a report that was not filed from one that is not due yet.
    """
    last_day = date(year, 12, 31)
    owed = list(
        Obligation.objects.filter(base=base, cancelled_on__isnull=True).filter(
            period__in=[str(year), str(year - 1), *(f"{year}Q{quarter}" for quarter in range(1, 5))]
        )
    )
    quarterly = [each for each in owed if each.kind == QUARTERLY]
    annual = next((each for each in owed if each.kind == ANNUAL and each.period == str(year)), None)
    plan = next((each for each in owed if each.kind == ANNUAL and each.period == str(year - 1)), None)
    activities = list(base.activities.filter(held_on__year=year, removed_at__isnull=True).prefetch_related("partners"))
    partners = [each for each in of_organisation(base.organisation) if each.since <= last_day]
    in_force = [each for each in partners if each.in_force_on(last_day)]
    new = [each for each in partners if each.since.year == year]
    touched = {partner.pk for activity in activities for partner in activity.partners.all()}
    return Evidence(
        {
            "5.4.1": [Fact("年度总结（制度、人员、场地、预算见其正文）", _said(annual))],
            "5.4.2": [
                Fact("上一年度所报的本年度计划", _said(plan) if plan else "上一年度无须报送"),
                Fact("本年度总结", _said(annual)),
            ],
            "5.4.3": [
                Fact(
                    f"本年度活动不少于 {figures.minimum_activities} 次",
                    f"{len(activities)} 次，共 {sum(each.participants for each in activities)} 人次",
                    len(activities) >= figures.minimum_activities,
                ),
                Fact(
                    f"年末合作的海外组织不少于 {figures.minimum_partners} 个",
                    f"{len(in_force)} 个",
                    len(in_force) >= figures.minimum_partners,
                ),
            ],
            "5.4.4": [Fact("登记的海外合作伙伴", f"{len(partners)} 个")],
            "5.4.5": [
                Fact("本年度新建合作", f"{len(new)} 个"),
                Fact("本年度有活动往来的合作伙伴", f"{len(touched)} 个"),
            ],
            "5.4.6": [
                Fact("季度工作信息", _counted(quarterly, today)),
                Fact("年度总结与下一年度计划", _said(annual)),
            ],
        }
    )


def _said(obligation: Obligation | None) -> str:
    if obligation is None:
        return "无须报送"
    if obligation.first_filed_on is None:
        return "未报送"
    return "逾期报送" if obligation.late else "按时报送"


def _counted(obligations: Iterable[Obligation], today: date) -> str:
    owed = list(obligations)
    filed = [each for each in owed if each.first_filed_on is not None]
    late = [each for each in filed if each.late]
    unfiled = [each for each in owed if each.first_filed_on is None]
    missed = [each for each in unfiled if each.due_on < today]
    words = f"应报 {len(owed)} 次，已报 {len(filed)} 次，其中逾期 {len(late)} 次；未报 {len(missed)} 次"
    to_come = len(unfiled) - len(missed)
    return f"{words}，另有 {to_come} 次未到截止日" if to_come else words


def evidence_of_term(term: Term, today: date) -> list[Fact]:
    """What the assessment of a renewal goes by: the term's reports and activities, partners now (`5.6-reaward`)."""
    base = term.base
    last_day = min(today, term.expires_on)
    owed = Obligation.objects.filter(
        base=base, cancelled_on__isnull=True, qualifies_on__range=(term.starts_on, last_day)
    )
    activities = base.activities.filter(held_on__range=(term.starts_on, last_day), removed_at__isnull=True)
    partners = in_force_on(base.organisation, last_day).count()
    return [
        Fact("本期应报的季度信息和年度总结", _counted(owed, today)),
        Fact("本期举办的活动", f"{activities.count()} 次"),
        Fact(f"合作有效的海外组织（{said(last_day)}）", f"{partners} 个"),
    ]

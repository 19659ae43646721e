"""The one next thing a person can do about an application, and what else is open to them."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from applications import rules
from applications.models import Application
from applications.papers import copies_of_current_version
from applications.rules.making import can_export_archive
from applications.sections import SectionState, missing, section_states
from applications.views.finding import place_in_form
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.words import Role

State = Application.State


@dataclass(frozen=True, slots=True)
class Step:
    """Words on a button or link, and where it leads."""

    label: str
    url: str


def next_step(actor: Actor, application: Application) -> Step | None:
    """What this person should do now; None when it is somebody else's move."""
    for_role = {
        Role.APPLICANT: _applicant,
        Role.DISTRICT: _district,
        Role.MUNICIPAL: _municipal,
        Role.LEADER: _leader,
    }.get(Role(actor.role))
    return for_role(actor, application) if for_role else None


def other_steps(actor: Actor, application: Application) -> list[Step]:
    """What else this person may do, the everyday before the exceptional."""
    number = application.number
    found = []
    if application.submitted_at and actor.role != Role.EXPERT:
        found.append(Step(_("申报书 PDF（现行版本）"), _to("print", number)))
    if can_export_archive(actor, application):
        found.append(Step(_("导出档案包"), _to("archive", number)))
    if rules.can_receive_copies(actor, application):
        found.append(Step(_("登记纸质材料"), _to("paper_receive", number)))
    if rules.can_hand_on(actor, application):
        label = _("不属本辖区，移交") if actor.role == Role.DISTRICT else _("改变报送去向")
        found.append(Step(label, _to("route", number)))
    if rules.can_extend_correction(actor, application):
        found.append(Step(_("延长补正期限"), _to("extend", number)))
    if rules.can_widen_correction(actor, application):
        found.append(Step(_("追加补正内容"), _to("widen", number)))
    if application.state in rules.RETURNED and _may_conclude(actor, application):
        found.append(Step(_("期满未补正，作出结论"), _to("review", number)))
    if rules.can_withdraw(actor, application):
        found.append(Step(_("撤回申报"), _to("withdraw", number)))
    return found


def _applicant(actor: Actor, application: Application) -> Step | None:
    number = application.number
    if rules.can_edit(actor, application):
        lacking = missing(application, actor.today)
        if lacking:
            return Step(_("继续填写"), place_in_form(application, lacking[0]).partition("#")[0])
        if unmended := _unmended(application, actor.today):
            return Step(_("修改“%(title)s”") % {"title": unmended.title}, _to("section", number, unmended.key))
        return Step(_("核对并提交"), _to("submit", number))
    if application.state == State.LICENSED and application.base is not None:
        return Step(_("进入基地页面"), reverse("bases:detail", args=[application.base.number]))
    if rules.can_reopen(actor, application):
        return Step(_("重新申报"), _to("reopen", number))
    if application.state in rules.BEFORE_DECISION - rules.RETURNED and _copies_lacking(actor, application):
        return Step(_("打印申报书"), _to("print", number))
    return None


def _unmended(application: Application, today: date) -> SectionState | None:
    """The first section that a reviewer named and that is still as it was."""
    if application.state not in rules.RETURNED:
        return None
    return next((each for each in section_states(application, today) if each.has_to_change), None)


def _district(actor: Actor, application: Application) -> Step | None:
    if rules.can_endorse(actor, application):
        return Step(_("开始审核"), _to("review", application.number))
    return None


def _municipal(actor: Actor, application: Application) -> Step | None:
    if rules.can_pass_initial(actor, application):
        return Step(_("开始初审"), _to("review", application.number))
    if application.state == State.CERTIFICATION:
        if application.entered_round_on is None and _copies_lacking(actor, application):
            return Step(_("登记纸质材料"), _to("paper_receive", application.number))
        return Step(_("专家认证"), reverse("applications:round", args=[application.call.year]))
    return None


def _leader(actor: Actor, application: Application) -> Step | None:
    if application.state in (State.CERTIFICATION, State.APPROVED):
        return Step(_("名单与授牌"), reverse("applications:decision", args=[application.call.year]))
    return None


def _may_conclude(actor: Actor, application: Application) -> bool:
    return bool(rules.can_decline(actor, application)) or bool(rules.can_decline_initial(actor, application))


def _copies_lacking(actor: Actor, application: Application) -> bool:
    if rules.missed_round(application):
        return False
    return copies_of_current_version(application) < rules.copies_needed(application.call)


def _to(name: str, *place: str) -> str:
    return reverse(f"applications:{name}", args=place)

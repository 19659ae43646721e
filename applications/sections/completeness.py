"""What the form still lacks, and where each section stands (`4.1-materials`)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from applications.models import Application, Material, Submission
from applications.sections.correction import open_remarks
from applications.sections.earlier import upgraded
from applications.sections.form import CONDITIONS, MATERIALS, SECTIONS, Field, Section
from applications.sections.frozen import frozen_materials, frozen_partners
from haizhi_portal.policy.identifiers import mobile_verdict


@dataclass(frozen=True, slots=True)
class Missing:
    """Something the form still lacks: the section to open, the field at fault if there is one, and the words."""

    section: str
    text: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class SectionState:
    """Where one section stands: status and tone of the task list, and the reviewer's words if it came back."""

    key: str
    title: str
    status: str
    tone: str
    remark: str = ""
    missing: tuple[Missing, ...] = ()

    @property
    def has_to_change(self) -> bool:
        """Whether a reviewer named the section and it is still as it was."""
        return self.status == STATUSES["to_correct"][0]


STATUSES: dict[str, tuple[str, str]] = {
    "untouched": (gettext_noop("未开始"), "idle"),
    "begun": (gettext_noop("填写中"), "wait"),
    "complete": (gettext_noop("已完成"), "done"),
    "to_correct": (gettext_noop("需修改"), "stop"),
    "corrected": (gettext_noop("已修改"), "done"),
}


def blank(value: Any) -> bool:
    """Whether a question was left unanswered; zero is an answer, a box left unticked is none."""
    return value is None or value is False or value == [] or (isinstance(value, str) and not value.strip())


def missing(application: Application, today: date) -> list[Missing]:
    """Everything that keeps the form from being complete on ``today``, in the order of the form."""
    found: list[Missing] = []
    materials = list(application.materials.filter(removed_at__isnull=True).select_related("file"))
    partners = application.organisation.partners.filter(removed_at__isnull=True)
    has_partner = any(partner.in_force_on(today) for partner in partners)
    evidence = {each.about for each in materials if each.kind == Material.MaterialKind.CONDITION_EVIDENCE}
    outline = plan_outline(materials)
    mistakes = {each.section: each.mistakes for each in application.fillings.all()}
    for section in SECTIONS.values():
        wrong = mistakes.get(section.key, {})
        found += _mistaken(section, wrong)
        answers = application.answers.get(section.key, {})
        unanswered = missing_answers(section, answers)
        if section.key == "conditions":
            unanswered += _unexplained(answers, evidence)
        found += [each for each in unanswered if each.field not in wrong and each.field not in outline]
        if section.key == "channels" and not has_partner:
            found.append(Missing("channels", _("请至少登记一个正在合作的海外合作伙伴。"), "partners"))
        if section.key == "materials":
            found += _missing_materials(materials)
        found += _held_materials(materials, section.key)
    return found


def _mistaken(section: Section, mistakes: Mapping[str, str]) -> list[Missing]:
    """The questions at which something was typed that cannot be an answer."""
    text = _("请改正“%(label)s”：%(why)s")
    return [
        Missing(section.key, text % {"label": _(field.label), "why": mistakes[field.key]}, field.key)
        for field in section.fields
        if field.key in mistakes
    ]


def missing_answers(section: Section, answers: Mapping[str, Any]) -> list[Missing]:
    """The required questions of one section that are unanswered, or answered in a way that cannot be."""
    found = []
    for field in section.fields:
        value = answers.get(field.key)
        if blank(value):
            if field.required:
                found.append(Missing(section.key, _asking(field, value) % {"label": _(field.label)}, field.key))
        elif field.kind == "rows":
            found += [Missing(section.key, text, field.key) for text in _gaps(field, value)]
        elif field.kind == "mobile" and not (verdict := mobile_verdict(str(value))):
            found.append(Missing(section.key, verdict.reason, field.key))
    return found


def plan_outline(materials: Iterable[Material]) -> dict[str, str]:
    """Part of the plan → its heading in the Word file attached; parts found there need not be typed as well."""
    found: dict[str, str] = {}
    for material in materials:
        if material.kind == Material.MaterialKind.BASE_PLAN and material.removed_at is None:
            found = {**(material.outline or {}), **found}
    return found


def _asking(field: Field, value: Any) -> str:
    if field.kind == "rows":
        return _("请在“%(label)s”中至少填写一行。")
    if field.kind != "yes":
        return _("请填写“%(label)s”。")
    if field.words is None:
        return _("请确认“%(label)s”。")
    return _("“%(label)s”填为尚不具备：六项条件具备后才能申报。") if value is False else _("请选择“%(label)s”。")


def _gaps(field: Field, rows: Any) -> list[str]:
    """The required cells that are empty, row by row; what is no table at all asks for one."""
    if not isinstance(rows, list):
        return [_asking(field, None) % {"label": _(field.label)}]
    found = []
    for number, row in enumerate(rows, start=1):
        lacking = [_(column.label) for column in field.columns if column.required and blank(row.get(column.key))]
        if lacking:
            words = {"label": _(field.label), "number": number, "cells": "、".join(lacking)}
            found.append(_("“%(label)s”第 %(number)d 行还缺：%(cells)s。") % words)
    return found


def _unexplained(answers: Mapping[str, Any], evidence: Collection[str]) -> list[Missing]:
    """Conditions with neither an explanation nor evidence (`3.2-organised`)."""
    return [
        Missing("conditions", _("请为“%(title)s”写明说明，或上传佐证材料。") % {"title": _(title)}, f"{key}_note")
        for key, title, _hint in CONDITIONS
        if blank(answers.get(f"{key}_note")) and key not in evidence
    ]


def _missing_materials(materials: list[Material]) -> list[Missing]:
    found = []
    for spec in MATERIALS.values():
        present = [material for material in materials if material.kind == spec.kind]
        if not spec.required:
            continue
        if not present:
            found.append(Missing("materials", _("请上传“%(title)s”。") % {"title": _(spec.title)}, spec.kind))
        elif spec.stamped and not all(material.stamped for material in present):
            text = _("“%(title)s”需加盖公章后上传，并勾选“已加盖公章”。") % {"title": _(spec.title)}
            found.append(Missing("materials", text, spec.kind))
    return found


def _held_materials(materials: list[Material], section: str) -> list[Missing]:
    """Files that were not found free of viruses yet, or were found not to be: nothing is handed in with them."""
    return [
        Missing(section, material.file.held, material.kind)
        for material in materials
        if MATERIALS[material.kind].section == section and material.file.held
    ]


def section_states(application: Application, today: date) -> list[SectionState]:
    """Every section with its status. After a return those the reviewer named say so until they were changed."""
    lacking = missing(application, today)
    remarks = open_remarks(application)
    last = application.submissions.order_by("-version").first() if remarks else None
    states = []
    for section in SECTIONS.values():
        own = tuple(each for each in lacking if each.section == section.key)
        remark = remarks.get(section.key, "")
        if remark:
            word = "corrected" if last and not own and _changed(application, section.key, last) else "to_correct"
        elif not own:
            word = "complete"
        else:
            word = "begun" if _touched(application, section.key) else "untouched"
        status, tone = STATUSES[word]
        states.append(SectionState(section.key, _(section.title), str(status), tone, remark, own))
    return states


def open_sections(application: Application, today: date) -> frozenset[str]:
    """The sections that may be changed: all of a draft's; of what came back those the return names.

    A section that lacks something by now is open as well: otherwise the application could never be handed in again.
    """
    asked = open_remarks(application)
    if not asked:
        return frozenset(SECTIONS)
    return frozenset(asked) | {each.section for each in missing(application, today)}


def _touched(application: Application, key: str) -> bool:
    kinds = [spec.kind for spec in MATERIALS.values() if spec.section == key]
    if kinds and application.materials.filter(removed_at__isnull=True, kind__in=kinds).exists():
        return True
    if key == "channels" and application.organisation.partners.filter(removed_at__isnull=True).exists():
        return True
    if any(each.section == key and each.mistakes for each in application.fillings.all()):
        return True
    return any(not blank(value) for value in application.answers.get(key, {}).values())


def _changed(application: Application, key: str, last: Submission) -> bool:
    kinds = {spec.kind for spec in MATERIALS.values() if spec.section == key}
    if kinds and _of(kinds, frozen_materials(application)) != _of(kinds, last.content["materials"]):
        return True
    if key == "channels" and frozen_partners(application) != last.content["partners"]:
        return True
    return bool(application.answers.get(key, {}) != upgraded(last.content["answers"]).get(key, {}))


def _of(kinds: set[str], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The files of these kinds; older versions did not say what a file was about, had for headings, or its pages."""
    return [{"about": "", "outline": None, **row, "pages": None} for row in rows if row["kind"] in kinds]

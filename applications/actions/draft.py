"""Filling in the form: begun, saved section by section, put aside when too late; materials (`4.1-materials`)."""

from collections.abc import Mapping
from typing import Any

from django.core.files import File
from django.db import IntegrityError, transaction
from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from applications.actions.attached_plan import outline_of
from applications.actions.carrying import AsTyped, answered, carried_on, keep_as_typed, worth_keeping
from applications.actions.locking import locked, locked_call, locked_organisation
from applications.models import Application, Call, Filling, Material
from applications.prefill import begun_with
from applications.rules import can_edit_section, can_keep, can_start
from applications.sections import CONDITIONS, MATERIALS, PROTECTED_KINDS, SECTIONS, MaterialSpec, as_kept, rows_of
from bases.actions.endings import end_what_is_over
from bases.models import Base
from haizhi_portal.accounts.models import Organisation
from haizhi_portal.audit.actor import Actor
from haizhi_portal.files import incoming
from haizhi_portal.files.models import Incoming
from haizhi_portal.files.store import MEGABYTE, examine, keep
from haizhi_portal.files.tables import MOST_ROWS
from haizhi_portal.policy.stored import figures_on
from haizhi_portal.policy.verdict import Conflict, RuleViolation

CLAUSE = "4.1-materials"
# Removed ones stay on the disk with the versions that showed them; nobody may fill it.
MOST_FILES = 200


@transaction.atomic
def start(*, actor: Actor, organisation: Organisation, call: Call) -> Application:
    """The organisation's draft in this call: the one there is, else a new one that begins with last time's answers.

    Raises RuleViolation when the unit may not apply now, Conflict when another draft was begun at the same moment.
    """
    organisation = locked_organisation(organisation)
    call = locked_call(call)
    if existing := Application.objects.filter(organisation=organisation, call=call, state="draft").first():
        return existing
    end_bases_that_are_over(organisation, actor=actor)
    can_start(actor, organisation, call).require()
    carried = carried_on(organisation)
    answers, sources = begun_with(carried.answers, carried.year, actor.user)
    try:
        with transaction.atomic():
            application = Application.objects.create(
                number=next_number(call),
                call=call,
                organisation=organisation,
                answers=answers,
                prefilled=sources,
                created_at=actor.now,
                created_by=actor.user,
            )
    except IntegrityError as lost:
        raise Conflict(clause=CLAUSE, message=_("同一单位的另一份草稿刚刚建立，请刷新页面后继续填写。")) from lost
    keep_as_typed(application, carried.as_typed)
    return application


def end_bases_that_are_over(organisation: Organisation, *, actor: Actor) -> None:
    """Record the ending of the organisation's base if its time is over, before its right to apply is judged."""
    for base in Base.objects.filter(organisation=organisation, ended_on__isnull=True):
        end_what_is_over(actor=actor, base=base)


def next_number(call: Call) -> str:
    """The number of the call's next application; the caller holds the call's lock."""
    last = Application.objects.filter(call=call).order_by("-number").values_list("number", flat=True).first()
    return f"{call.year}-{int(last.rpartition('-')[2]) + 1 if last else 1:04d}"


@transaction.atomic
def save_section(
    *,
    actor: Actor,
    application: Application,
    section: str,
    answers: Mapping[str, Any],
    expected_version: int,
    as_typed: AsTyped | None = None,
) -> Application:
    """Keep one section's answers as they are, complete or not; what cannot be an answer is kept as it was typed.

    ``expected_version`` is the edition of the form that the page showed. Raises Conflict when somebody saved this
    section since, otherwise than it is sent now (two people on different sections do not meet), RuleViolation when
    the form may not be changed now.
    """
    application = locked(application, actor=actor)
    filling = _filling_of(application, section)
    can_edit_section(actor, application, section).require()
    as_typed, known = worth_keeping(as_typed), as_kept(SECTIONS[section], answers)
    if not filling.version <= expected_version <= application.version:
        if _stands_already(application, filling, known, as_typed):
            return application
        raise Conflict(
            clause=CLAUSE, message=_("您打开这一页之后，同一部分在别处保存过；请核对后再保存。"), code="stale"
        )
    return _saved(actor, application, filling, known, as_typed)


@transaction.atomic
def take_rows(
    *,
    actor: Actor,
    application: Application,
    section: str,
    question: str,
    rows: list[dict[str, Any]],
    replacing: bool = False,
) -> int:
    """Put imported rows behind those of a table as it is now, or in their place; rows it has already are left out.

    How many were taken. Raises RuleViolation when the form may not be changed now or the table would grow too long.
    """
    application = locked(application, actor=actor)
    filling = _filling_of(application, section)
    can_edit_section(actor, application, section).require()
    saved = application.answers.get(section, {})
    present = [] if replacing else rows_of(saved.get(question))
    fresh = [row for number, row in enumerate(rows) if row not in present and row not in rows[:number]]
    if len(present) + len(fresh) > MOST_ROWS:
        message = _("一张表最多 %(most)d 行，现有 %(present)d 行，还要导入 %(fresh)d 行；请先删去一些，或选择替换。")
        counts = {"most": MOST_ROWS, "present": len(present), "fresh": len(fresh)}
        raise RuleViolation(clause=CLAUSE, message=message % counts, field="text", code="too_many_rows")
    table = next(field for field in SECTIONS[section].fields if field.key == question)
    as_typed = answered(AsTyped(filling.typed, filling.mistakes), table, [*present, *fresh])
    _saved(actor, application, filling, {**saved, question: [*present, *fresh]}, worth_keeping(as_typed))
    return len(fresh)


def _saved(
    actor: Actor, application: Application, filling: Filling, answers: Mapping[str, Any], as_typed: AsTyped
) -> Application:
    """Keep the answers; what was filled in for the unit counts as its own once it reads otherwise."""
    section = filling.section
    before, after = application.answers.get(section, {}), as_kept(SECTIONS[section], answers)
    sources = dict(application.prefilled or {})
    said = sources.get(section, {})
    sources[section] = {key: source for key, source in said.items() if before.get(key) == after.get(key)}
    application.answers = {**application.answers, section: after}
    application.prefilled = {key: given for key, given in sources.items() if given}
    application.version += 1
    application.save(update_fields=["answers", "prefilled", "version"])
    filling.version, filling.saved_at, filling.saved_by = application.version, actor.now, actor.user
    filling.typed, filling.mistakes = dict(as_typed.typed), dict(as_typed.mistakes)
    filling.late = filling.late_at = None
    filling.save()
    return application


def _stands_already(application: Application, filling: Filling, known: dict[str, Any], as_typed: AsTyped) -> bool:
    """Whether the very same was saved before: by the page itself, a moment before its button was pressed."""
    same = known == application.answers.get(filling.section, {})
    return same and dict(as_typed.typed) == filling.typed and dict(as_typed.mistakes) == filling.mistakes


@transaction.atomic
def keep_late(
    *, actor: Actor, application: Application, section: str, answers: Mapping[str, Any], as_typed: AsTyped
) -> Filling:
    """Put aside what was typed when the form could no longer be changed, for a correction reopened or the next call.

    Nothing submitted changes. Raises RuleViolation when there is nothing it could be kept for.
    """
    application = locked(application, actor=actor)
    can_keep(actor, application).require()
    filling = _filling_of(application, section)
    as_typed = worth_keeping(as_typed)
    filling.late = {
        "answers": as_kept(SECTIONS[section], answers),
        "typed": dict(as_typed.typed),
        "mistakes": dict(as_typed.mistakes),
    }
    filling.late_at = actor.now
    filling.save()
    return filling


def _filling_of(application: Application, section: str) -> Filling:
    if section not in SECTIONS:
        raise RuleViolation(clause=CLAUSE, message=_("申报书没有这一部分。"), field="section")
    found = Filling.objects.filter(application=application, section=section).first()
    return found or Filling(application=application, section=section)


def add_material(
    *,
    actor: Actor,
    application: Application,
    kind: str,
    upload: File,
    stamped: bool,
    about: str = "",
    arrived: Incoming | None = None,
    replaces: Material | None = None,
) -> Material:
    """Keep an upload as one kind of material; evidence names the condition it is ``about``.

    The content is looked at before any lock is taken; ``arrived`` is the upload in pieces that it came by, which is
    used up; the material it ``replaces`` is taken away in the same transaction. Raises RuleViolation (field "file",
    "kind", "about", "stamped").
    """
    spec = may_be_added(actor, application, kind=kind, stamped=stamped, about=about)
    examined = examine(
        upload=upload,
        allow=spec.allow,
        max_megabytes=figures_on(actor.today).upload_max_megabytes,
        protected=kind in PROTECTED_KINDS,
    )
    outline = outline_of(kind, examined.path, examined.name)
    with transaction.atomic():
        application = locked(application, actor=actor)
        may_be_added(actor, application, kind=kind, stamped=stamped, about=about, size=examined.size)
        if arrived is not None:
            incoming.use(arrived)
        if replaces is not None:
            _take_away(replaces, actor=actor)
        stored = keep(actor=actor, examined=examined)
        return Material.objects.create(
            application=application,
            kind=kind,
            about=about,
            file=stored,
            outline=outline,
            stamped=stamped,
            added_at=actor.now,
        )


def may_be_added(
    actor: Actor, application: Application, *, kind: str, stamped: bool, about: str, size: int = 0
) -> MaterialSpec:
    """What is asked of this kind. Raises RuleViolation when a file of it cannot be added now."""
    spec = MATERIALS.get(kind)
    if spec is None:
        raise RuleViolation(clause=CLAUSE, message=_("请选择材料的种类。"), field="kind")
    can_edit_section(actor, application, spec.section).require()
    if spec.stamped and not stamped:
        message = _("“%(title)s”须加盖公章后上传，请确认已盖章。") % {"title": _(spec.title)}
        raise RuleViolation(clause=CLAUSE, message=message, field="stamped", code="unstamped")
    if (kind == Material.MaterialKind.CONDITION_EVIDENCE) != (about in {key for key, _title, _hint in CONDITIONS}):
        raise RuleViolation(clause="3.2-organised", message=_("请选择这份材料证明哪一项条件。"), field="about")
    there = application.materials.aggregate(files=Count("id"), size=Sum("file__size"))
    if there["files"] >= MOST_FILES:
        message = _("一项申报最多上传 %(most)d 个文件，已移除的也计算在内。请与市科协学会部联系。") % {
            "most": MOST_FILES
        }
        raise RuleViolation(clause=CLAUSE, message=message, field="file", code="too_many_files")
    most = figures_on(actor.today).upload_total_megabytes
    if (there["size"] or 0) + size > most * MEGABYTE:
        message = _("一项申报的文件合计不超过 %(most)d MB，已移除的也计算在内。请压缩后上传，或与市科协学会部联系。")
        raise RuleViolation(clause=CLAUSE, message=message % {"most": most}, field="file", code="too_much")
    return spec


@transaction.atomic
def remove_material(*, actor: Actor, material: Material) -> Material:
    """Take an upload out of the form; versions already submitted still show it."""
    application = locked(material.application, actor=actor)
    can_edit_section(actor, application, MATERIALS[material.kind].section).require()
    return _take_away(material, actor=actor)


def _take_away(material: Material, *, actor: Actor) -> Material:
    material = Material.objects.select_for_update(of=("self",)).get(pk=material.pk)
    if material.removed_at is None:
        material.removed_at = actor.now
        material.save(update_fields=["removed_at"])
    return material

"""How a section asks: its form with sources and attached plan, conditions in groups, buttons that save first."""

from datetime import date
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from applications.forms.section import SectionForm
from applications.models import Application, Material
from applications.sections import CONDITIONS, MATERIALS, Section, plan_outline, plan_parts
from applications.views.uploads import upload_of


def section_form(
    application: Application, asked: Section, data: QueryDict | None = None, *, typed: dict[str, Any] | None = None
) -> SectionForm:
    """The form of a section: with what is saved, as sent (``data``), or with what was ``typed``, not judged yet."""
    saved = SectionForm.initial_of(asked, application.answers.get(asked.key, {}), application.version)
    outline = plan_outline(application.materials.filter(removed_at__isnull=True)) if asked.key == "plan" else {}
    sources = (application.prefilled or {}).get(asked.key, {})
    return SectionForm(data, section=asked, initial=typed or saved, sources=sources, outline=outline)


def condition_groups(form: SectionForm, application: Application, today: date) -> list[dict[str, Any]]:
    """The six conditions, each with its questions and its evidence."""
    spec = MATERIALS[Material.MaterialKind.CONDITION_EVIDENCE]
    present = list(application.materials.filter(kind=spec.kind, removed_at__isnull=True).select_related("file"))
    return [
        {
            "key": key,
            "number": number,
            "title": _(title),
            "fields": [form[name] for name in form.fields if name.rpartition("_")[0] == key],
            "evidence": upload_of(
                application, spec, [each for each in present if each.about == key], today, about=key, title=_(title)
            ),
        }
        for number, (key, title, _hint) in enumerate(CONDITIONS, start=1)
    ]


def headings_said(application: Application, kind: str) -> str:
    """What was found in an attached plan: said once, when it has arrived."""
    plans = application.materials.filter(kind=Material.MaterialKind.BASE_PLAN, removed_at__isnull=True)
    if kind != Material.MaterialKind.BASE_PLAN:
        return ""
    if not any(each.outline is not None for each in plans):
        return _("这份文件无法核对标题，计划书各部分须在网上填写。")
    outline = plan_outline(plans)
    lacking = [_(words) for part, words in plan_parts().items() if part not in outline]
    if not lacking:
        return _("计划书要求的各部分都找到了标题，不必再填。")
    return _("没有找到标题的部分须在网上填写：%(parts)s。") % {"parts": "、".join(lacking)}


def evidence_title(about: str) -> str:
    """What evidence is called on its page: by the condition it proves."""
    titles = {key: _(title) for key, title, _hint in CONDITIONS}
    return _("%(title)s：佐证材料") % {"title": titles[about]} if about in titles else _("佐证材料")


def aside_from(button: str, application: Application, asked: Section) -> str:
    """Where a button leads that saves first and then turns to something beside the form; "" for any other."""
    verb, _colon, name = button.partition(":")
    if verb == "import" and any(each.key == name and each.kind == "rows" for each in asked.fields):
        return reverse("applications:rows_import", args=[application.number, asked.key, name])
    if verb == "evidence" and any(key == name for key, _title, _hint in CONDITIONS):
        address = reverse("applications:material_add", args=[application.number, "condition_evidence"])
        return f"{address}?{urlencode({'about': name})}"
    if verb == "partner" and name in ("add", "import", "list"):
        back = reverse("applications:section", args=[application.number, asked.key])
        return f"{reverse(f'resources:{name}')}?{urlencode({'next': back})}"
    return ""

"""Tables of the form from Excel: pasted or as a workbook, looked at first, then taken over row by row."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from applications import rules
from applications.actions import draft
from applications.models import Application
from applications.sections import Field, Section
from applications.views.finding import application_for, section_named, trail_to
from haizhi_portal.accounts.answers import page, placed
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.requests import PortalRequest, actor_of
from haizhi_portal.files.tables import next_step, preview, rows_as_text, template_workbook, workbook_answer
from haizhi_portal.policy.verdict import RuleViolation


@entry("applicant")
def rows_import(request: PortalRequest, number: str, section: str, question: str) -> HttpResponse:
    """Look at pasted or uploaded rows and take the good ones; the others stay on the page with what is wrong."""
    application, asked, table = _found(request, number, section, question)
    verdict = rules.can_edit_section(actor_of(request), application, asked.key)
    if not verdict and request.method != "POST":
        messages.info(request, verdict.reason)
        return redirect("applications:detail", number=number)
    back = f"{reverse('applications:section', args=[number, asked.key])}#id_{table.key}"
    step, violation = next_step(request, table.columns), None
    if step.taking:
        try:
            taken = draft.take_rows(
                actor=actor_of(request),
                application=application,
                section=asked.key,
                question=table.key,
                rows=step.ready,
                replacing="replace" in request.POST,
            )
        except RuleViolation as refused:
            violation = placed(refused, step.form)
        else:
            messages.success(request, _("“%(title)s”导入了 %(number)d 行。") % _counted(table, taken))
            if step.reading is None or not step.reading.problems:
                return redirect(back)
            step = step.after_taking()
    context = {
        "title": _("导入“%(title)s”") % {"title": _(table.label)},
        "application": application,
        "step": step,
        "form": step.form,
        "preview": preview(table.columns, step.ready),
        "columns": table.columns,
        "present": len(_present(application, asked, table)),
        "may_replace": True,
        "template_url": reverse("applications:rows_template", args=[number, asked.key, table.key]),
        "back": back,
        "trail": [*trail_to(application), (_(asked.title), back)],
    }
    return page(request, "components/table_import.html", context, forms_shown=[step.form], violation=violation)


@entry("applicant")
def rows_template(request: PortalRequest, number: str, section: str, question: str) -> FileResponse:
    """The table as a workbook: headings, lists to choose from, and the rows there are."""
    application, asked, table = _found(request, number, section, question)
    records = rows_as_text(table.columns, _present(application, asked, table))
    return workbook_answer(template_workbook(_(table.label), table.columns, records), _(table.label))


def _found(request: PortalRequest, number: str, section: str, question: str) -> tuple[Application, Section, Field]:
    """Raises Http404 for what is no table of the form."""
    application, asked = application_for(request, number), section_named(section)
    table = next((each for each in asked.fields if each.key == question and each.kind == "rows"), None)
    if table is None:
        raise Http404
    return application, asked, table


def _present(application: Application, asked: Section, table: Field) -> list[dict[str, Any]]:
    rows = application.answers.get(asked.key, {}).get(table.key)
    return rows if isinstance(rows, list) else []


def _counted(table: Field, taken: int) -> dict[str, Any]:
    return {"title": _(table.label), "number": taken}

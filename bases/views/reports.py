"""Reports: the list, one report with its versions, writing it, answering it."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bases import queries
from bases.actions.reports import accept_report, due_obligation, file_report, return_report, save_draft
from bases.dues import nominal_day
from bases.forms import OpinionForm, ReportFilter, ReportForm, ReturnForm
from bases.models import Base, Obligation
from bases.naming import period_title
from bases.report_parts import PARTS, missing, tidy
from bases.report_state import ReportState, condition, last_day, report_state
from bases.rules import can_answer_report, can_file_report, can_write_report, filing_opens_on, is_own, last_filing
from bases.views.finding import asked, find_base, find_report, page_of, reader, today_of
from bases.views.licensed import READERS
from haizhi_portal.accounts.answers import typed
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.requests import actor_of
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.figures import Figures
from haizhi_portal.policy.stored import figures_by_day, figures_of_days, figures_on
from haizhi_portal.policy.verdict import Conflict, RuleViolation
from haizhi_portal.policy.words import Role


@entry(*READERS)
@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    """Reports of the bases the reader may see, the latest due day first."""
    today = today_of(request)
    visible = queries.obligations_visible_to(reader(request))
    form, steps = ReportFilter(asked(request), years=queries.years_of(visible)), figures_by_day()
    rows = _narrowed(queries.with_state(visible), form, today, steps).select_related("base__organisation")
    page_obj = page_of(request, rows.order_by("-due_on", "base__number", "kind"))
    figures_of = figures_of_days(steps)
    listed = [_listed(row, today, filing_opens_on(row, figures_of(row.opens_on))) for row in page_obj.object_list]
    return render(request, "bases/reports.html", {"filter_form": form, "page_obj": page_obj, "listed": listed})


def _listed(row: Any, today: date, files_from: date) -> dict[str, Any]:
    state = report_state(row, row.filed_outcome, today, files_from)
    return {
        "obligation": row,
        "title": period_title(row.kind, row.period),
        "state": state,
        "by": last_day(row, state),
        "files_from": files_from,
    }


@entry(*READERS)
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, number: str, period: str) -> HttpResponse:
    """One report: its state and versions for every reader, the form for the unit whose move it is."""
    base = find_base(request, number)
    obligation = find_report(request, base, period)
    if request.method == "POST":
        return _write(request, base, obligation)
    return _page(request, base, obligation)


def _write(request: HttpRequest, base: Base, obligation: Obligation) -> HttpResponse:
    actor = actor_of(request)
    form = ReportForm(request.POST, kind=obligation.kind)
    if not form.is_valid():
        return _page(request, base, obligation, form=form, status=422)
    filing = request.POST.get("then") == "file"
    content, version = form.content(), form.cleaned_data["version"]
    try:
        entered = due_obligation(actor=actor, base=base, period=obligation.period)
        if entered is None:
            raise Http404
        if filing:
            file_report(actor=actor, obligation=entered, content=content, expected_version=version)
        else:
            save_draft(actor=actor, obligation=entered, content=content, expected_version=version)
    except RuleViolation as refused:
        return _refused(request, base, obligation.period, form, refused)
    if filing:
        messages.success(request, _("已报送，等待市科协审阅。"))
        return redirect("bases:detail", base.number)
    messages.success(request, _("已保存，还没有报送。"))
    return redirect("bases:report", base.number, obligation.period)


def _refused(request: HttpRequest, base: Base, period: str, form: ReportForm, refused: RuleViolation) -> HttpResponse:
    """What was typed stays; after a conflict the form builds on what the other saved, which is shown beside."""
    obligation = find_report(request, base, period)
    saved: list[tuple[Any, list[str]]] = []
    status = 422
    if isinstance(refused, Conflict):
        status = 409
        sent = form.content()
        saved = [
            (part.title, [obligation.draft.get(part.key, ""), sent.get(part.key, "")])
            for part in PARTS[obligation.kind]
            if obligation.draft.get(part.key, "") != sent.get(part.key, "").strip()
        ]
        form = ReportForm({**sent, "version": obligation.version}, kind=obligation.kind)
        form.is_valid()
    elif refused.field in form.fields:
        for part in missing(obligation.kind, tidy(obligation.kind, form.content())):
            form.add_error(part.key, str(RuleViolation(clause=refused.clause, message=_("请填写这一部分。"))))
    shown = None if form.errors else refused
    return _page(request, base, obligation, form=form, violation=shown, saved=saved, status=status)


@entry(Role.MUNICIPAL)
@require_POST
def answer(request: HttpRequest, number: str, period: str) -> HttpResponse:
    """Accept or return the version that waits."""
    base = find_base(request, number)
    obligation = find_report(request, base, period)
    returning = request.POST.get("then") == "return"
    form = ReturnForm(request.POST) if returning else OpinionForm(request.POST)
    if obligation.pk is None:
        raise Http404
    shown: dict[str, Any] = {"return_form" if returning else "opinion_form": form}
    if not form.is_valid():
        return _page(request, base, obligation, status=422, **shown)
    actor = actor_of(request)
    try:
        if returning:
            return_report(actor=actor, obligation=obligation, reason=form.cleaned_data["reason"])
        else:
            accept_report(actor=actor, obligation=obligation, opinion=form.cleaned_data["opinion"])
    except RuleViolation as refused:
        obligation = find_report(request, base, period)
        return _page(request, base, obligation, violation=refused, status=422, **shown)
    messages.success(request, _("已退回修改。") if returning else _("已通过。"))
    return redirect("bases:report", number, period)


def _page(
    request: HttpRequest,
    base: Base,
    obligation: Obligation,
    *,
    form: ReportForm | None = None,
    opinion_form: OpinionForm | None = None,
    return_form: ReturnForm | None = None,
    violation: RuleViolation | None = None,
    saved: list[tuple[Any, list[str]]] | None = None,
    status: int = 200,
) -> HttpResponse:
    actor, today = actor_of(request), today_of(request)
    newest = last_filing(obligation)
    files_from = filing_opens_on(obligation)
    state = report_state(obligation, newest.outcome if newest else None, today, files_from)
    may_write, may_file = can_write_report(actor, obligation), can_file_report(actor, obligation)
    may_answer = can_answer_report(actor, obligation)
    gone: list[Form | None] = [] if may_write else [form]
    gone += [] if may_answer else [opinion_form, return_form]
    if may_write and form is None:
        form = ReportForm(initial={**obligation.draft, "version": obligation.version}, kind=obligation.kind)
    parts = PARTS[obligation.kind]
    nominal = nominal_day(obligation, figures_on(obligation.opens_on))
    filings = [] if obligation.pk is None else sorted(obligation.filings.all(), key=lambda each: -each.version)
    context = {
        "base": base,
        "obligation": obligation,
        "title": period_title(obligation.kind, obligation.period),
        "state": state,
        "move": _move(base, obligation, state, own=is_own(actor, base), officer=actor.role == Role.MUNICIPAL),
        "moved": nominal != obligation.due_on,
        "nominal": nominal,
        "form": form if may_write else None,
        "may_file": may_file,
        "files_from": files_from,
        "may_answer": bool(may_answer),
        "typed": [row for each in gone if each is not None for row in typed(each)],
        "opinion_form": opinion_form or OpinionForm(auto_id="opinion_%s"),
        "return_form": return_form or ReturnForm(auto_id="return_%s"),
        "accept_effects": [_("基地收到通过的通知；这一版不能再改。")],
        "return_effects": [_("基地收到您写的意见，修改后再次报送；首次报送的日期和是否逾期不变。")],
        "violation": violation,
        "saved": saved or [],
        "saved_columns": [_("已保存的"), _("您填的")],
        "returned": newest if newest and state.key == "returned" else None,
        "versions": [(each, [(part.title, each.content.get(part.key, "")) for part in parts]) for each in filings],
        "clause": {"quarterly": "5.3-quarterly", "annual": "5.3-annual"}[obligation.kind],
    }
    return render(request, "bases/report.html", context, status=status)


def _move(base: Base, obligation: Obligation, state: ReportState, *, own: bool, officer: bool) -> dict[str, Any]:
    """Where the report stands, whose move it is and by when."""
    unit = base.organisation.name
    sentence, mover, tone = {
        "open": (_("请填写后报送。") if own else _("等待基地报送。"), unit, "act" if own else "wait"),
        "overdue": (_("已过截止日，仍可补报，会标明逾期。") if own else _("基地逾期未报。"), unit, "stop"),
        "returned": (_("被退回，请修改后再次报送。") if own else _("已退回，等待基地修改。"), unit, "act"),
        "waiting": (
            _("基地已报送，请审阅。") if officer else _("已报送，市科协正在审阅。"),
            _("市科协学会部"),
            "act" if officer else "wait",
        ),
        "accepted": (_("报告已通过。"), "", "done"),
        "cancelled": (_("资格在应报之日前已终止，这一期不用再报。"), "", "idle"),
        "early": (
            (_("%(day)s起可以报送，现在可以先写。") if own else _("这一期还没有结束，%(day)s起基地可以报送。"))
            % {"day": said(filing_opens_on(obligation))},
            unit,
            "idle",
        ),
        "coming": (_("%(day)s起可以填写。") % {"day": said(obligation.opens_on)}, "", "idle"),
    }[state.key]
    return {"sentence": sentence, "mover": mover, "by": last_day(obligation, state), "tone": tone}


def _narrowed(
    rows: QuerySet[Obligation], form: ReportFilter, today: date, steps: list[tuple[date, Figures]]
) -> QuerySet[Obligation]:
    form.is_valid()
    wanted = form.cleaned_data
    if words := wanted.get("q"):
        rows = rows.filter(Q(base__number__icontains=words) | Q(base__organisation__name__icontains=words))
    if kind := wanted.get("kind"):
        rows = rows.filter(kind=kind)
    if year := wanted.get("year"):
        rows = rows.filter(period__startswith=year)
    if quarter := wanted.get("quarter"):
        rows = rows.filter(period__endswith=f"Q{quarter}")
    return rows.filter(condition(wanted.get("state", ""), today, steps))

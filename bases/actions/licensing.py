"""The award of one base: its licence, first term, plaque and documents (`4.3-award`)."""

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from bases import naming
from bases.actions.endings import end_what_is_over
from bases.actions.obligations import create_due_obligations
from bases.actions.terms import begin_term, record_start
from bases.models import Base, Term
from bases.rules import can_license
from haizhi_portal.accounts.models import Organisation
from haizhi_portal.accounts.queries import people_of
from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.ledger import record
from haizhi_portal.documents.actions.issue import issue
from haizhi_portal.documents.models import Document
from haizhi_portal.notifications.actions import tell
from haizhi_portal.policy.dates_said import said_range
from haizhi_portal.policy.stored import figures_on
from haizhi_portal.policy.terms import first_term
from haizhi_portal.policy.verdict import Conflict

REPLIES = "大科协批"
CLAUSE = "4.3-award"


@transaction.atomic
def license(
    *,
    actor: Actor,
    organisation: Organisation,
    call_year: int,
    seat: int,
    application_number: str,
    notice: Document | None,
) -> Base:
    """License one settled unit, within the award's transaction; approved on the actor's day.

    ``notice`` is the designation notice that lists the unit, if that document is on. Raises RuleViolation for an
    actor who is no leader, Conflict when the unit has a live base or the seat is taken.
    """
    can_license(actor).require()
    for earlier in Base.objects.filter(organisation=organisation, ended_on__isnull=True):
        end_what_is_over(actor=actor, base=earlier)
    figures = figures_on(actor.today)
    span = first_term(actor.today, figures)
    base = _new_base(actor, organisation, call_year, seat, application_number)
    reply = issue(
        actor=actor,
        kind=Document.Kind.REPLY,
        title=_("关于同意设立海智工作基地的批复"),
        facts={
            "organisation": organisation.name,
            "base_name": base.name,
            "base_number": base.number,
            "starts_on": span.starts_on.isoformat(),
            "expires_on": span.expires_on.isoformat(),
            "years": str(figures.term_years),
        },
        clause=CLAUSE,
        series=REPLIES,
        base_number=base.number,
        application_number=application_number,
        credit_code=organisation.credit_code,
    )
    term = begin_term(actor=actor, base=base, kind=Term.TermKind.INITIAL, span=span, figures=figures, clause=CLAUSE)
    term.approval, term.notice = reply, notice
    term.save(update_fields=["approval", "notice"])
    record(
        "base.licensed",
        actor=actor,
        object=f"base:{base.number}",
        clause=CLAUSE,
        data={"year": call_year, "seat": seat},
        base=base.number,
        application=application_number or None,
        organisation=organisation.credit_code,
    )
    record_start(actor=actor, base=base, term=term, clause=CLAUSE)
    create_due_obligations(actor=actor, base=base)
    tell(
        actor=actor,
        recipients=people_of(organisation),
        kind="base.licensed",
        subject=_("%(organisation)s获批设立海智工作基地") % {"organisation": organisation.name},
        body=_("基地编号 %(number)s，有效期%(span)s。批复和证书制作完成后可在基地页面下载，应报的报告也列在那里。")
        % {"number": base.number, "span": said_range(span.starts_on, span.expires_on)},
        link=reverse("bases:detail", args=[base.number]),
    )
    return base


def _new_base(actor: Actor, organisation: Organisation, call_year: int, seat: int, application_number: str) -> Base:
    try:
        with transaction.atomic():
            return Base.objects.create(
                number=naming.base_number(call_year, seat),
                organisation=organisation,
                name=naming.base_name(organisation.name),
                application_number=application_number,
                call_year=call_year,
                seat=seat,
                licensed_on=actor.today,
            )
    except IntegrityError as error:
        if Base.objects.filter(organisation=organisation, ended_on__isnull=True).exists():
            message = _("%(organisation)s已有一个存续的海智工作基地，不能再设。") % {"organisation": organisation.name}
            raise Conflict(clause="3.1-applicant", message=message) from error
        message = _("%(year)s 年度第 %(seat)s 号席位已授予其他单位，请刷新名单后再办理。") % {
            "year": call_year,
            "seat": seat,
        }
        raise Conflict(clause="4.2-cap", message=message) from error

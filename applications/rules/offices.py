"""Which office has an application now, and who in it handles it."""

from datetime import date
from typing import Any

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, When
from django.utils.translation import gettext as _

from applications.models import Application, Handling
from applications.queries import escalated
from applications.rules.table import state_on
from haizhi_portal.accounts.models import ReviewingBody, User
from haizhi_portal.accounts.queries import municipal_staff, staff_of
from haizhi_portal.policy.words import Role

State = Application.State
AT_DISTRICT = (State.DISTRICT_REVIEW, State.DISTRICT_RETURNED)


def office_of(application: Application, today: date) -> ReviewingBody | None:
    """The reviewing body that has it on a day; None when it lies with the municipal CAST."""
    return application.body if state_on(application, today) in AT_DISTRICT else None


def colleagues(body: ReviewingBody | None) -> QuerySet[User]:
    """The active staff of an office."""
    return staff_of(body) if body is not None else municipal_staff()


def office_name(body: ReviewingBody | None) -> str:
    return body.name if body is not None else _("市科协学会部")


def handler_in(application: Application, body_id: int | None) -> User | None:
    """The person whom this office named last, as long as that person still works there."""
    last = _named(application, body_id).select_related("handler").first()
    handler = last.handler if last is not None else None
    if handler is None or not handler.is_active:
        return None
    role = Role.MUNICIPAL if body_id is None else Role.DISTRICT
    return handler if (handler.role, handler.reviewing_body_id) == (role, body_id) else None


def handler_of(application: Application, today: date) -> User | None:
    """Who handles it in the office that has it now."""
    body = office_of(application, today)
    return handler_in(application, body.pk if body is not None else None)


def _named(application: Application, body_id: int | None) -> QuerySet[Handling]:
    return Handling.objects.filter(application=application, body=body_id).order_by("-id")


def with_handlers(rows: QuerySet[Application], user: User, today: date) -> QuerySet[Application]:
    """Annotated with ``handled_by`` (a primary key) and ``handler_name``.

    District staff see whom their own body named; everybody else whom the office named that has it now.
    """
    return rows.annotate(handled_by=_latest("handler", user, today), handler_name=_latest("handler__name", user, today))


def _latest(value: str, user: User, today: date) -> Any:
    own = Handling.objects.filter(application=OuterRef("pk"))
    if user.role == Role.DISTRICT:
        return _still_there(own.filter(body=user.reviewing_body_id), value)
    district = _still_there(own.filter(body=OuterRef("routed_to__reviewing_body")), value)
    municipal = _still_there(own.filter(body__isnull=True), value)
    return Case(When(Q(state__in=AT_DISTRICT) & ~escalated(today), then=district), default=municipal)


def _still_there(named: QuerySet[Handling], value: str) -> Subquery:
    """The value of the latest row, unless its handler left the office since."""
    stays = Q(handler__is_active=True) & (
        Q(handler__role=Role.DISTRICT, handler__reviewing_body=F("body"))
        | Q(body__isnull=True, handler__role=Role.MUNICIPAL)
    )
    latest = named.order_by("-id").annotate(value=Case(When(stays, then=F(value))))
    return Subquery(latest.values("value")[:1])

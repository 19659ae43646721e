"""Finding what a page is about: always through the one filter of what the person may see, 404 otherwise."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from applications.models import Application
from applications.queries import readable_by
from applications.sections import SECTIONS, Missing, Section
from haizhi_portal.accounts.requests import PortalRequest

Trail = list[tuple[object, str]]


def application_for(request: PortalRequest, number: str) -> Application:
    """The application of that number with what its page needs. Raises Http404 when it is not for this person."""
    rows = readable_by(request.user).select_related(
        "call", "organisation__jurisdiction__reviewing_body", "routed_to__reviewing_body", "base"
    )
    return get_object_or_404(rows, number=number)


def section_named(key: str) -> Section:
    """Raises Http404 for a section that the form does not have."""
    if key not in SECTIONS:
        raise Http404
    return SECTIONS[key]


def typed_name(value: str) -> str:
    """A number or public id that came with a form. Raises Http404 for what can be neither."""
    if not value.replace("-", "").isalnum():
        raise Http404
    return value


def trail_to(application: Application) -> Trail:
    """The breadcrumb down to an application's own page."""
    return [
        (_("申报"), reverse("applications:list")),
        (application.number, reverse("applications:detail", args=[application.number])),
    ]


def place_in_form(application: Application, lacking: Missing) -> str:
    """The address where something missing can be mended, down to the field."""
    address = reverse("applications:section", args=[application.number, lacking.section])
    if not lacking.field:
        return address
    if lacking.section == "materials":
        return f"{address}#kind-{lacking.field}"
    return f"{address}#partners" if lacking.field == "partners" else f"{address}#id_{lacking.field}"

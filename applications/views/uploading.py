"""Uploads piece by piece, for the browser's script; the plain form of `material_add` does the same in one request.

Every answer is JSON: how much is there (``received``), or ``error`` in the words the person reads.
"""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from applications.actions import draft
from applications.sections import MATERIALS
from applications.views.finding import application_for
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.requests import PortalRequest, actor_of
from haizhi_portal.files import incoming
from haizhi_portal.files.models import Incoming
from haizhi_portal.policy.stored import figures_on
from haizhi_portal.policy.verdict import Conflict, RuleViolation


@entry("applicant")
def upload_begin(request: PortalRequest, number: str, kind: str) -> HttpResponse:
    """Announce a file by name and size, and learn where its pieces go."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    application, actor = application_for(request, number), actor_of(request)
    about, size = request.POST.get("about", "")[:30], request.POST.get("size", "")
    if kind not in MATERIALS or not (size.isascii() and size.isdigit() and len(size) < 16):
        raise Http404
    try:
        draft.may_be_added(actor, application, kind=kind, stamped=_stamped(request), about=about, size=int(size))
        begun = incoming.begin(
            actor=actor,
            purpose=f"{number}/{kind}/{about}",
            name=request.POST.get("name", ""),
            size=int(size),
            max_megabytes=figures_on(actor.today).upload_max_megabytes,
        )
    except RuleViolation as refused:
        return _refusal(refused)
    address = reverse("applications:upload", args=[begun.public_id])
    return JsonResponse({"address": address, "received": 0, "piece": incoming.PIECE}, status=201)


@entry("applicant")
def upload(request: PortalRequest, upload: str) -> HttpResponse:
    """One's own upload: how much is there (GET), one more piece of it (POST, the piece as the body)."""
    found = _own(request, upload)
    if request.method == "POST":
        offset = request.GET.get("offset", "")
        if not (offset.isascii() and offset.isdigit() and len(offset) < 16) or request.content_type != OCTETS:
            return JsonResponse({"received": found.received}, status=400)
        try:
            found = incoming.append(incoming=found, offset=int(offset), piece=request.read(incoming.PIECE + 1))
        except incoming.OutOfStep as there:
            return JsonResponse({"received": there.received}, status=409)
    elif request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "POST"])
    return JsonResponse({"received": found.received, "used": found.used})


OCTETS = "application/octet-stream"


@entry("applicant")
def upload_finish(request: PortalRequest, upload: str) -> HttpResponse:
    """Make a complete upload a material of the form; asked again, it says that it is one."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    found = _own(request, upload)
    number, kind, about = found.purpose.split("/", 2)
    application, actor = application_for(request, number), actor_of(request)
    if found.used:
        return JsonResponse({"done": True})
    try:
        with incoming.arrived(found) as file:
            draft.add_material(
                actor=actor,
                application=application,
                kind=kind,
                about=about,
                upload=file,
                stamped=_stamped(request),
                arrived=found,
            )
    except incoming.OutOfStep as there:
        return JsonResponse({"received": there.received}, status=409)
    except FileNotFoundError:
        raise Http404 from None
    except Conflict:
        return JsonResponse({"done": True})
    except RuleViolation as refused:
        if refused.field != "stamped":
            incoming.discard(found)
        return _refusal(refused)
    return JsonResponse({"done": True})


@entry("applicant")
def upload_cancel(request: PortalRequest, upload: str) -> HttpResponse:
    """Forget an upload, and what arrived of it."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    incoming.discard(_own(request, upload))
    return JsonResponse({"done": True})


def _own(request: PortalRequest, upload: str) -> Incoming:
    found = incoming.own(actor=actor_of(request), public_id=upload)
    if found is None:
        raise Http404
    return found


def _stamped(request: PortalRequest) -> bool:
    return request.POST.get("stamped", "") == "on"


def _refusal(refused: RuleViolation) -> JsonResponse:
    words: dict[str, Any] = {"error": refused.message or _("这一步现在办不了。"), "code": refused.code}
    return JsonResponse(words, status=422, json_dumps_params={"ensure_ascii": False})

"""What a person was about to send when they turned out to be signed out: carried through signing in, not lost."""

import json
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from haizhi_portal.accounts.forms.sign_in import ResumeForm

# The token is renewed; passwords are never written into a page.
_NOT_CARRIED = ("csrfmiddlewaretoken", "password")
_KEPT = "carried"


class Carried(NamedTuple):
    """Where a form was to go, and the names and values it held."""

    target: str
    pairs: list[tuple[str, str]]


def offer_to_resume(request: HttpRequest) -> HttpResponse:
    """Instead of losing what a signed-out person sent: a page to sign in on, from where it is sent on."""
    pairs = _pairs(request)
    form = ResumeForm(request, initial={"carried": json.dumps(pairs), "next": request.get_full_path()})
    return resume_page(request, form, status=403)


def _pairs(request: HttpRequest) -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if not any(word in name for word in _NOT_CARRIED)
    ]


def to_second_step(request: HttpRequest) -> HttpResponse:
    """To the page of the second step, from where one goes on to this address; what was sent to it is kept meanwhile."""
    if request.method == "POST" and (pairs := _pairs(request)):
        keep(request, Carried(request.get_full_path(), pairs))
    page = resolve_url("accounts:second_factor")
    return redirect_to_login(request.get_full_path(), login_url=page)


def keep(request: HttpRequest, letter: Carried) -> None:
    """Keep in the session what goes on once the second step is taken."""
    request.session[_KEPT] = [letter.target, letter.pairs]


def go_on(request: HttpRequest, wanted: str) -> HttpResponse:
    """After the last step of signing in: what was kept, ready to send, else the page wanted, else home."""
    kept = request.session.pop(_KEPT, None)
    if kept is not None:
        target, pairs = kept
        return render(request, "accounts/send_on.html", {"target": target, "pairs": pairs})
    if not wanted.startswith("/") or not url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        wanted = settings.LOGIN_REDIRECT_URL
    return redirect(wanted)


def resume_page(request: HttpRequest, form: ResumeForm, *, status: int) -> HttpResponse:
    """The page to sign in on again; files cannot be carried, so it says which to choose again."""
    context = {
        "form": form,
        "files": [upload.name for name in request.FILES for upload in request.FILES.getlist(name)],
        "session_minutes": settings.SESSION_COOKIE_AGE // 60,
    }
    return render(request, "accounts/resume.html", context, status=status)


def carried_by(form: ResumeForm) -> Carried | None:
    """What a valid form carries; None if somebody tampered with it."""
    target = form.cleaned_data["next"]
    if not target.startswith("/") or not url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        return None
    try:
        pairs = [(name, value) for name, value in json.loads(form.cleaned_data["carried"])]
    except (ValueError, TypeError, RecursionError):
        return None
    whole = all(isinstance(text, str) and _can_be_shown(text) for pair in pairs for text in pair)
    return Carried(target, pairs) if whole else None


def _can_be_shown(text: str) -> bool:
    """Whether a page can hold it: JSON can spell half a character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True

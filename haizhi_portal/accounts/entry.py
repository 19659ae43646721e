"""Who may enter a route: declared on every view, checked before it runs; the suite fails for a view without it."""

import functools
from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _

from haizhi_portal.accounts.requests import wants_json
from haizhi_portal.accounts.resuming import offer_to_resume, to_second_step
from haizhi_portal.policy.words import ROLE_LABELS

ANYONE = "anyone"
SIGNED_IN = "signed_in"

View = Callable[..., HttpResponseBase]


def entry(*who: str) -> Callable[[Any], Any]:
    """Let in only ``who``: role words, or ``ANYONE``, or ``SIGNED_IN``. Strangers go to the sign-in page.

    A stranger who sends a filled form was signed out while filling it: what was typed is carried through signing in.
    A page that saves by itself is told so, and keeps what was typed.
    Raises PermissionDenied (a page with the reason) for a signed-in person of another role.
    """
    if not who:
        raise ValueError("a route names who may enter")

    def guard(view: Any) -> Any:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if ANYONE not in who:
                if not request.user.is_authenticated:
                    if wants_json(request):
                        return JsonResponse({"outcome": "signed_out"}, status=401)
                    if getattr(request, "half_signed_in", None) is not None:
                        return to_second_step(request)
                    if request.method == "POST" and set(request.POST) - {"csrfmiddlewaretoken"}:
                        return offer_to_resume(request)
                    return redirect_to_login(request.get_full_path())
                if SIGNED_IN not in who and request.user.role not in who:
                    names = "、".join(str(ROLE_LABELS[role]) for role in who)
                    raise PermissionDenied(_("这个页面只对%(names)s开放。") % {"names": names})
            return view(request, *args, **kwargs)

        guarded.entry = who  # type: ignore[attr-defined]
        return guarded

    return guard

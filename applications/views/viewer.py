"""What the document viewer shows of a material: on its own page, or beside whatever else a page is about.

A page that shows a document includes `components/document_viewer.html` with ``viewer`` from `viewer_of`.
"""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from applications import rules
from applications.actions import viewing
from applications.forms.materials import UnmaskForm
from applications.models import Material
from haizhi_portal.accounts.requests import PortalRequest, actor_of
from haizhi_portal.files import previews
from haizhi_portal.policy.periods import SHANGHAI

PAGE, ZOOM, BACK = "sheet", "zoom", "back"
ZOOMS: dict[str, str] = {
    "fit": gettext_noop("适合宽度"),
    "small": gettext_noop("整页"),
    "large": gettext_noop("放大"),
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """One document as the template shows it; ``held`` says in words why there is nothing to see."""

    name: str
    address: str
    size: int
    held: str = ""
    page: int = 1
    pages: int = 1
    zoom: str = "fit"
    image: str = ""
    words: SafeString | str = ""
    previous: str = ""
    following: str = ""
    zooms: list[tuple[str, str, bool]] = field(default_factory=list)
    download: str = ""
    protected: bool = False
    masked: bool = False
    unmask: UnmaskForm | None = None
    unmask_address: str = ""


def viewer_of(
    request: PortalRequest,
    material: Material,
    *,
    address: str = "",
    kept: dict[str, str] | None = None,
    unmask: UnmaskForm | None = None,
) -> Viewer:
    """The material as this person may see it now; opening a protected one is recorded.

    Links to other pages lead to ``address`` (the material's own page by default) with the parameters ``kept``.
    """
    stored, actor = material.file, actor_of(request)
    own = reverse("applications:material_view", args=[stored.public_id])
    common: dict[str, Any] = {"name": stored.name, "address": own, "size": stored.size, "protected": stored.protected}
    if stored.held:
        return Viewer(**common, held=stored.held)
    if rules.can_download(actor, material):
        common["download"] = reverse("applications:material_file", args=[stored.public_id])
    if previews.has_words(stored):
        return _words(common, material)
    pages = stored.pages or 1
    page, zoom = _asked_page(request, pages), _asked_zoom(request)

    def link(**changed: Any) -> str:
        return f"{address or own}?{urlencode({**(kept or {}), PAGE: page, ZOOM: zoom, **changed})}"

    masked = is_masked(request, material)
    return Viewer(
        **common,
        page=page,
        pages=pages,
        zoom=zoom,
        image=reverse("applications:material_page", args=[stored.public_id, page]) + f"?{urlencode({ZOOM: zoom})}",
        previous=link(**{PAGE: page - 1}) if page > 1 else "",
        following=link(**{PAGE: page + 1}) if page < pages else "",
        zooms=[(_(words), link(**{ZOOM: key}), key == zoom) for key, words in ZOOMS.items()],
        masked=masked,
        unmask=(unmask or UnmaskForm()) if masked and rules.can_unmask(actor, material) else None,
        unmask_address=f"{own}?{urlencode({BACK: link()})}",
    )


def is_masked(request: PortalRequest, material: Material) -> bool:
    """Whether this person now sees a protected material masked; recorded as an opening unless one still lasts."""
    if not material.file.protected:
        return False
    actor = actor_of(request)
    live = viewing.open_viewing(actor=actor, material=material)
    return (live or viewing.open_masked(actor=actor, material=material)).masked


def painted(request: PortalRequest, material: Material, page: int) -> bytes:
    """The image of one page as this person may see it. Raises `previews.NoPreview`."""
    width = previews.WIDTHS[_asked_zoom(request)]
    if not material.file.protected:
        return previews.page_image(material.file, page=page, width=width)
    return previews.page_image(
        material.file, page=page, width=width, words=_signature(request), blurred=is_masked(request, material)
    )


def _signature(request: PortalRequest) -> str:
    """Who looks, in which role, and when: written across every page of a protected paper."""
    when = request.now.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    return f"{request.user.name} {request.user.get_role_display()} {when}"


def _words(common: dict[str, Any], material: Material) -> Viewer:
    try:
        # Cleaned to a few tags without attributes where it was made.
        words = mark_safe(previews.words_of(material.file))  # noqa: S308
    except previews.NoPreview:
        return Viewer(**common, held=_("这份 Word 文件不能在线预览，请下载后查看。"))
    return Viewer(**common, words=words, pages=material.file.pages or 0)


def way_back(request: HttpRequest) -> str:
    """Where the person was reading when asking to see a paper as it is; empty when that is no page of ours."""
    back = request.GET.get(BACK, "")
    return back if back.startswith("/applications/") and url_has_allowed_host_and_scheme(back, None) else ""


def _asked_page(request: HttpRequest, pages: int) -> int:
    asked = request.GET.get(PAGE, "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    return min(max(number, 1), pages)


def _asked_zoom(request: HttpRequest) -> str:
    asked = request.GET.get(ZOOM, "")
    return asked if asked in previews.WIDTHS else "fit"

"""A camera's picture in, the check code out: single frames for the script, a photograph where there is none."""

from django.core.cache import cache
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from applications.barcodes import code_in_picture
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.requests import PortalRequest
from haizhi_portal.policy.verdict import RuleViolation

# Frames of one person in ten seconds; a camera sends about two a second.
MOST_FRAMES = 30
_WINDOW = 10


@entry("municipal")
@require_POST
def scan(request: PortalRequest) -> HttpResponse:
    """One frame of the camera: ``{"code": …}``, empty while nothing can be read; nothing of the picture is kept."""
    frame = request.FILES.get("photo")
    if frame is None:
        return JsonResponse({"code": "", "message": _("没有收到照片。")}, status=400)
    try:
        return JsonResponse({"code": code_photographed(request, frame)})
    except RuleViolation as refused:
        status = 429 if refused.code == "too_many_frames" else 422
        return JsonResponse({"code": "", "message": str(refused)}, status=status)


def code_photographed(request: PortalRequest, photo: UploadedFile) -> str:
    """The code in an uploaded picture; empty where none can be read. Raises RuleViolation (field "photo")."""
    key = f"scanning:{request.user.pk}:{int(request.now.timestamp()) // _WINDOW}"
    frames = cache.get(key, 0) + 1
    cache.set(key, frames, 2 * _WINDOW)
    if frames > MOST_FRAMES:
        message = _("读码过于频繁，请稍等几秒再试，或输入校验码。")
        raise RuleViolation(clause="4.1-paper", message=message, field="photo", code="too_many_frames")
    with photo.open() as picture:
        return code_in_picture(picture, photo.size or 0)

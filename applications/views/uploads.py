"""What a page says of uploads: each kind with what is asked, its limits and what is there, and the script's words."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.models import Application, Material
from applications.sections import MATERIALS, MaterialSpec, certificate_name
from haizhi_portal.policy.stored import figures_on


def uploads_of(application: Application, today: date) -> list[dict[str, Any]]:
    """Each kind of the materials' page."""
    present = list(application.materials.filter(removed_at__isnull=True).select_related("file"))
    return [
        upload_of(application, spec, (each for each in present if each.kind == spec.kind), today)
        for spec in MATERIALS.values()
        if spec.section == "materials"
    ]


def upload_of(
    application: Application,
    spec: MaterialSpec,
    files: Iterable[Material],
    today: date,
    *,
    about: str = "",
    title: str = "",
) -> dict[str, Any]:
    """One kind, as `section/kept.html` and `section/upload.html` show it; evidence says what it is ``about``."""
    action = reverse("applications:material_add", args=[application.number, spec.kind])
    return {
        "spec": spec,
        "title": title or _(spec.title),
        "hint": _hint(application, spec),
        "files": [_said(each) for each in files],
        "kept": f"kept-{about or spec.kind}",
        "about": about,
        "action": f"{action}?about={about}" if about else action,
        "begin": reverse("applications:upload_begin", args=[application.number, spec.kind]),
        "accept": accepted(spec),
        "limits": limits(spec, today),
    }


def accepted(spec: MaterialSpec) -> str:
    """The endings a browser offers to choose from."""
    return ",".join(f".{each}" for each in spec.allow)


def limits(spec: MaterialSpec, today: date) -> str:
    """Formats and the limit of size, in words."""
    formats = "、".join(each.upper() for each in spec.allow)
    return _("%(formats)s，每个文件不超过 %(size)d MB。") % {
        "formats": formats,
        "size": figures_on(today).upload_max_megabytes,
    }


def _hint(application: Application, spec: MaterialSpec) -> str:
    if spec.kind != Material.MaterialKind.LEGAL_CERTIFICATE:
        return _(spec.hint)
    return _("%(hint)s本单位须交：%(name)s。") % {
        "hint": _(spec.hint),
        "name": certificate_name(application.organisation.kind),
    }


def _said(material: Material) -> Material:
    """The material with its pages and stamp in words."""
    pages = material.file.pages
    said = [ngettext("%(pages)d 页", "%(pages)d 页", pages) % {"pages": pages}] if pages else []
    said += [_("已声明盖章")] if material.stamped else []
    # For the template, beside the row; no column of it.
    material.said = "，".join(said)  # type: ignore[attr-defined]
    return material


def upload_words() -> dict[str, str]:
    """What the script says, by the state of an upload."""
    return {
        "waiting": _("等待上传"),
        "unstamped": _("请先勾选“所选文件已加盖公章”"),
        "sending": _("已传 {percent}%"),
        "away": _("连接中断，{seconds} 秒内自动重试，已传部分不会丢失"),
        "checking": _("正在检查文件"),
        "done": _("已上传"),
        "signed_out": _("登录已过期。请在新窗口登录后回到本页，按“重试”接着传。"),
        "gave_up": _("连接一直没有恢复。网络正常后按“重试”接着传。"),
        "gone": _("这次上传已经失效，请按“重试”重新上传。"),
    }

"""What a stranger with a document in hand may know about it: is it ours, and does it still hold?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from haizhi_portal.documents.models import Document
from haizhi_portal.documents.wording import route_words
from haizhi_portal.policy.dates_said import said, said_range

Kind = Document.Kind
# Those whose holder is a base only as long as the base lives and the printed days last.
GRANTS = frozenset({Kind.REPLY, Kind.CERTIFICATE, Kind.RENEWAL_DECISION})


@dataclass(frozen=True, slots=True)
class Standing:
    """A word, its tone among the portal's tones, and a sentence."""

    word: str
    tone: str
    sentence: str


def standing(
    document: Document,
    today: date,
    *,
    ended_on: date | None,
    corrected_by: Sequence[Document],
    newer_version: int | None,
) -> Standing:
    """Where the document stands on a day; what weighs most comes first."""
    if document.voided_on:
        return Standing(_("已作废"), "stop", _("文书已于%(day)s作废，不再有效。") % {"day": said(document.voided_on)})
    if corrected_by:
        numbers = "、".join(str(each.number or each.title) for each in corrected_by)
        return Standing(
            _("已更正"), "wait", _("文书内容已由%(numbers)s更正，请以更正后的文书为准。") % {"numbers": numbers}
        )
    if newer_version is not None:
        return Standing(
            _("已有新版"), "wait", _("申报书已更新到第 %(n)s 版，这份纸质材料不再作为申报材料。") % {"n": newer_version}
        )
    if document.kind == Kind.APPLICATION_FORM:
        return Standing(_("真实"), "done", _("这是申报单位在门户提交的申报书，是最新的一版，登记内容如下。"))
    if document.kind in GRANTS:
        return _grant(document, today, ended_on)
    return Standing(_("真实"), "done", _("这是大连市科学技术协会发出的文书，登记内容如下。"))


def _grant(document: Document, today: date, ended_on: date | None) -> Standing:
    starts_on, expires_on = day_of(document, "starts_on"), day_of(document, "expires_on")
    if ended_on and ended_on <= today:
        return Standing(
            _("资格已终止"), "stop", _("文书是真实的，但所载基地的资格已于%(day)s终止。") % {"day": said(ended_on)}
        )
    if expires_on and today > expires_on:
        return Standing(
            _("有效期已满"), "stop", _("文书是真实的，但所载有效期已于%(day)s届满。") % {"day": said(expires_on)}
        )
    if starts_on and today < starts_on:
        return Standing(_("尚未开始"), "wait", _("文书是真实的，所载有效期自%(day)s开始。") % {"day": said(starts_on)})
    return Standing(_("真实有效"), "done", _("这是大连市科学技术协会发出的文书，在有效期内。"))


def public_facts(document: Document) -> list[tuple[str, str]]:
    """What the page shows: kind, number, date, base and validity. No name of a person, no score, no reason."""
    facts = document.facts
    rows = [
        (_("种类"), str(document.get_kind_display())),
        (_("发文字号"), str(document.number or "")),
        (_("成文日期"), said(document.dated_on)),
    ]
    if document.kind == Kind.APPLICATION_FORM:
        return [
            rows[0],
            (_("申报编号"), str(facts.get("number") or document.application_number)),
            (_("版本"), _("第 %(n)s 版") % {"n": facts.get("version")}),
            (_("报送对象"), route_words(str(facts.get("route") or ""))[0]),
            (_("提交日期"), said(document.dated_on)),
        ]
    if document.kind == Kind.DESIGNATION_NOTICE:
        return [*rows, (_("名单"), _("%(n)s 个基地") % {"n": len(facts.get("units") or [])})]
    rows += [(_("基地"), str(facts.get("base_name") or "")), (_("基地编号"), document.base_number)]
    starts_on, expires_on = day_of(document, "starts_on"), day_of(document, "expires_on")
    if starts_on and expires_on:
        rows.append((_("有效期"), said_range(starts_on, expires_on)))
    elif expires_on:
        rows.append((_("有效期截至"), said(expires_on)))
    return rows


def day_of(document: Document, key: str) -> date | None:
    """A day among the facts; None when the kind has none."""
    try:
        return date.fromisoformat(str(document.facts.get(key) or ""))
    except ValueError:
        return None

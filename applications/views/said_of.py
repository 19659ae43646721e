"""What reviewers wrote for the unit, beside the question it is about, while the application is back for correction."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from applications.models import Application, Comment
from applications.queries import comments_visible_to
from applications.rules import RETURNED
from applications.sections import Section
from applications.sections.targets import is_about, target_title
from applications.versions import Difference
from haizhi_portal.accounts.models import User


@dataclass(frozen=True, slots=True)
class Said:
    """A comment with its place in words; ``anchor`` is the field of the form, if it has one.

    ``by`` names the office, not the person; ``changes`` are those made in its place since.
    """

    comment: Comment
    title: str
    anchor: str
    by: str
    changes: list[Difference]


def said_of(user: User, application: Application, section: Section, changes: list[Difference]) -> list[Said]:
    """The comments on one section that went out and were not found mended, while it is back for correction."""
    if application.state not in RETURNED:
        return []
    rows = comments_visible_to(user).filter(application=application, section=section.key)
    open_ones = rows.exclude(verdict=Comment.Verdict.MENDED).order_by("written_at", "id")
    return [_said(each, section, changes) for each in open_ones]


def _said(comment: Comment, section: Section, changes: list[Difference]) -> Said:
    return Said(
        comment=comment,
        title=target_title(section.key, comment.field),
        anchor=_anchor(section, comment.field),
        by=comment.body.name if comment.body else _("市科协学会部"),
        changes=[each for each in changes if comment.field and is_about(section.key, comment.field, each.field)],
    )


def _anchor(section: Section, field: str) -> str:
    if section.key == "materials":
        return f"kind-{field}" if field else ""
    if field == "partners":
        return "partners"
    found = [each.key for each in section.fields if field and is_about(section.key, field, each.key)]
    return f"id_{found[-1]}" if found else ""

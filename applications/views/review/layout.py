"""A submitted version laid out for its reviewer: each answer with its check, its files and what was said of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.forms import BoundField

from applications import rules
from applications.checklist import checks
from applications.forms.review import ReviewForm
from applications.models import Application, Comment, Submission
from applications.queries import comments_visible_to
from applications.sections import MATERIALS, Laid
from applications.sections.targets import is_about, targets
from applications.versions import Difference, differences
from applications.views.reading import Part, Row, parts
from haizhi_portal.audit.actor import Actor


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment as its reader may deal with it, with what changed since it was written."""

    comment: Comment
    may_change: bool
    may_remove: bool
    may_judge: bool
    changes: list[Difference]

    @property
    def sent(self) -> bool:
        """Whether it went out to the unit."""
        return self.comment.review_id is not None


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to read: ``target`` is its place in the form, the anchor of the page and what a comment names."""

    target: str
    label: str
    value: Laid | None = None
    check: BoundField | None = None
    note: BoundField | None = None
    files: list[dict[str, Any]] = field(default_factory=list)
    partners: list[dict[str, Any]] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Chapter:
    """One section: its lines, what was said of it as a whole, and the field for what is to be mended."""

    part: Part
    lines: list[Line]
    remarks: list[Remark]
    fix: BoundField | None
    own: int
    to_judge: int


class Layout:
    """Everything the left side of the page shows of one version."""

    def __init__(
        self, actor: Actor, application: Application, submission: Submission, form: ReviewForm, open_to: bool
    ) -> None:
        self.actor, self.application, self.submission = actor, application, submission
        self.form, self.open_to = form, open_to
        self.comments = list(comments_visible_to(actor.user).filter(application=application))
        self.changed: dict[int, list[Difference]] = {}

    def chapters(self, remarks: dict[str, str]) -> list[Chapter]:
        """The sections in the order of the form."""
        return [self._chapter(part) for part in parts(self.submission.content, remarks=remarks)]

    def _chapter(self, part: Part) -> Chapter:
        of_section = [each for each in self.comments if each.section == part.key]
        lines = [self._line(part, row) for row in part.rows] + self._other_lines(part)
        placed = {line.target.partition(".")[2] for line in lines}
        open_ones = [each for each in of_section if each.review_id and not each.verdict]
        return Chapter(
            part=part,
            lines=lines,
            remarks=self._remarks(each for each in of_section if each.field not in placed),
            fix=self.form[f"fix-{part.key}"] if self.open_to else None,
            own=sum(each.written_by_id == self.actor.user.pk for each in of_section),
            to_judge=sum(each.submission.version < self.submission.version for each in open_ones),
        )

    def _line(self, part: Part, row: Row) -> Line:
        rows = self.submission.content["materials"]
        evidence = [each for each in rows if part.key == "conditions" and each.get("about") == row.key]
        return self._complete(part, row.key, label=row.label, value=row.value, files=evidence)

    def _other_lines(self, part: Part) -> list[Line]:
        """Partners, and files by kind: what a section has beside its questions."""
        asked = targets(part.key)
        rows = self.submission.content["materials"]
        found = []
        if part.key == "channels":
            found.append(self._complete(part, "partners", label=asked["partners"], partners=part.partners))
        if part.key == "materials":
            for kind in (key for key in asked if key in MATERIALS):
                of_kind = [each for each in rows if each["kind"] == kind]
                found.append(self._complete(part, kind, label=asked[kind], files=of_kind))
        return found

    def _complete(self, part: Part, key: str, **shown: Any) -> Line:
        listed = self.open_to and key in checks() and part.key in ("conditions", "materials")
        said = (each for each in self.comments if each.section == part.key and each.field == key)
        return Line(
            target=f"{part.key}.{key}",
            check=self.form[f"check-{key}"] if listed else None,
            note=self.form[f"note-{key}"] if listed else None,
            remarks=self._remarks(said),
            **shown,
        )

    def _remarks(self, comments: Iterable[Comment]) -> list[Remark]:
        return [self._remark(each) for each in comments]

    def _remark(self, comment: Comment) -> Remark:
        comment.application = self.application
        return Remark(
            comment=comment,
            may_change=bool(rules.can_change_comment(self.actor, comment)),
            may_remove=bool(rules.can_remove_comment(self.actor, comment)),
            may_judge=bool(comment.review_id and rules.can_judge_comment(self.actor, comment)),
            changes=self._changes_since(comment) if comment.review_id else [],
        )

    def _changes_since(self, comment: Comment) -> list[Difference]:
        """What reads otherwise now in the place the comment speaks of."""
        older = comment.submission
        if older.version >= self.submission.version:
            return []
        if older.pk not in self.changed:
            self.changed[older.pk] = differences(older, self.submission)
        return [
            each
            for each in self.changed[older.pk]
            if each.section == comment.section
            and (not comment.field or is_about(comment.section, comment.field, each.field))
        ]

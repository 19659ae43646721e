"""The district's own document behind an endorsement: its number and day, a stamped scan (`4.1-via-district`)."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from applications.models import EndorsementLetter, Review
from haizhi_portal.files.models import StoredFile
from haizhi_portal.policy.periods import local_day
from haizhi_portal.policy.verdict import RuleViolation

CLAUSE = "4.1-via-district"


@dataclass(frozen=True, slots=True)
class Letter:
    """Number and day go together; a scan may come with them or alone."""

    number: str = ""
    dated_on: date | None = None
    scan: StoredFile | None = None


def keep_letter(review: Review, letter: Letter | None) -> EndorsementLetter | None:
    """Keep the letter with the conclusion it stands behind; an empty one is none.

    Raises RuleViolation (field "letter_number" or "letter_on") when one comes without the other or the day lies ahead.
    """
    if letter is None or not (letter.number.strip() or letter.dated_on or letter.scan):
        return None
    number = letter.number.strip()
    if letter.dated_on and not number:
        raise RuleViolation(clause=CLAUSE, message=_("填写了成文日期，请同时填写文号。"), field="letter_number")
    if number and letter.dated_on is None:
        raise RuleViolation(clause=CLAUSE, message=_("填写了文号，请同时填写成文日期。"), field="letter_on")
    if letter.dated_on and letter.dated_on > local_day(review.decided_at):
        raise RuleViolation(clause=CLAUSE, message=_("成文日期不能晚于今天。"), field="letter_on")
    return EndorsementLetter.objects.create(review=review, number=number, dated_on=letter.dated_on, scan=letter.scan)

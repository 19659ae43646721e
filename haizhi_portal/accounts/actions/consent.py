"""The legal representative's consent letter, from its upload to its confirmation (`3.1-applicant`)."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from haizhi_portal.accounts.consent import CLAUSE, administrator_of, can_decide_letter, can_upload_letter
from haizhi_portal.accounts.models import ConsentLetter, Organisation
from haizhi_portal.accounts.queries import municipal_staff
from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.ledger import record
from haizhi_portal.files.store import store_upload
from haizhi_portal.notifications.actions import tell
from haizhi_portal.policy.periods import start_of
from haizhi_portal.policy.stored import figures_on
from haizhi_portal.policy.verdict import Conflict, RuleViolation

Outcome = ConsentLetter.Outcome
FORMATS = ("pdf", "jpg", "png")
# A day, so that nobody is shut out for good.
MOST_LETTERS = 20


@transaction.atomic
def upload_letter(*, actor: Actor, organisation: Organisation, upload: UploadedFile) -> ConsentLetter:
    """Hand in the signed and stamped letter; one that still waits is replaced by it.

    Raises RuleViolation when the actor may not, the consent is already established, too many came in that day, or the
    file cannot be used.
    """
    organisation = locked_organisation(organisation)
    can_upload_letter(actor, organisation).require()
    letters = organisation.consent_letters
    if letters.filter(uploaded_at__gte=start_of(actor.today)).count() >= MOST_LETTERS:
        raise RuleViolation(
            clause=CLAUSE,
            message=_("同意书今天已上传 %(most)s 次，请明天再传；不清楚怎样改时，请电话联系市科协学会部。")
            % {"most": MOST_LETTERS},
            code="too_many_letters",
        )
    file = store_upload(
        actor=actor, upload=upload, allow=FORMATS, max_megabytes=figures_on(actor.today).upload_max_megabytes
    )
    letters.filter(outcome=Outcome.WAITING).update(
        outcome=Outcome.REPLACED, decided_at=actor.now, decided_by=actor.user
    )
    letter = ConsentLetter.objects.create(
        organisation=organisation, file=file, uploaded_at=actor.now, uploaded_by=actor.user
    )
    _record("organisation.letter_uploaded", actor, organisation, {"sha256": file.sha256})
    tell(
        actor=actor,
        recipients=municipal_staff(),
        kind="organisation.letter_to_confirm",
        subject=_("有一份法定代表人同意书待确认"),
        body=_("%(unit)s上传了同意书，请核对后确认或退回。") % {"unit": organisation.name},
        link=reverse("accounts:organisation", args=[organisation.public_id]),
    )
    return letter


@transaction.atomic
def confirm_letter(*, actor: Actor, letter: ConsentLetter) -> Organisation:
    """Find the letter in order: from now on the unit may submit. Raises RuleViolation, Conflict for one not current."""
    letter = _decided(actor, letter, Outcome.CONFIRMED)
    organisation = letter.organisation
    organisation.confirmed_on, organisation.confirmed_by = actor.today, actor.user
    organisation.save(update_fields=["confirmed_on", "confirmed_by"])
    _record("organisation.confirmed", actor, organisation, {})
    _tell_administrator(
        organisation,
        actor,
        kind="organisation.confirmed",
        subject=_("法定代表人同意书已确认"),
        body=_("%(unit)s的同意书已确认，申报填写完整后即可提交。") % {"unit": organisation.name},
    )
    return organisation


@transaction.atomic
def return_letter(*, actor: Actor, letter: ConsentLetter, reason: str) -> ConsentLetter:
    """Send the letter back with what is wrong. Raises RuleViolation without a reason, Conflict for one not current."""
    reason = reason.strip().rstrip("。.")
    if not reason:
        raise RuleViolation(
            clause=CLAUSE,
            message=_("请写明退回的理由，申报单位会看到。"),
            field="reason",
            code="reason_missing",
        )
    letter = _decided(actor, letter, Outcome.RETURNED, reason)
    _record("organisation.letter_returned", actor, letter.organisation, {}, reason)
    _tell_administrator(
        letter.organisation,
        actor,
        kind="organisation.letter_returned",
        subject=_("法定代表人同意书被退回"),
        body=_("理由：%(reason)s。请改正后重新上传，确认后才能提交申报。") % {"reason": reason},
    )
    return letter


def locked_organisation(organisation: Organisation) -> Organisation:
    """The row, locked until the end of the transaction: every decision on a unit's accounts begins here."""
    return Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)


def _decided(actor: Actor, letter: ConsentLetter, outcome: str, reason: str = "") -> ConsentLetter:
    organisation = locked_organisation(letter.organisation)
    letter = ConsentLetter.objects.select_for_update(of=("self",)).get(pk=letter.pk)
    letter.organisation = organisation
    verdict = can_decide_letter(actor, letter)
    if not verdict and letter.outcome != Outcome.WAITING:
        raise Conflict(clause=CLAUSE, message=verdict.reason)
    verdict.require()
    letter.outcome, letter.reason = outcome, reason
    letter.decided_at, letter.decided_by = actor.now, actor.user
    letter.save(update_fields=["outcome", "reason", "decided_at", "decided_by"])
    return letter


def _tell_administrator(organisation: Organisation, actor: Actor, *, kind: str, subject: Any, body: Any) -> None:
    person = administrator_of(organisation)
    tell(
        actor=actor,
        recipients=[person] if person else [],
        kind=kind,
        subject=subject,
        body=body,
        link=reverse("accounts:own_organisation"),
    )


def _record(event: str, actor: Actor, organisation: Organisation, data: dict[str, Any], reason: str = "") -> None:
    record(
        event,
        actor=actor,
        object=f"organisation:{organisation.credit_code}",
        clause=CLAUSE,
        organisation=organisation.credit_code,
        data=data,
        reason=reason,
    )

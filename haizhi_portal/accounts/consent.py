"""The legal representative's consent letter: who may hand it in and decide on it, what follows (`3.1-applicant`)."""

from haizhi_portal.accounts.models import ConsentLetter, Organisation, User
from haizhi_portal.accounts.rules import administers
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.periods import local_day
from haizhi_portal.policy.verdict import Verdict
from haizhi_portal.policy.words import Role

CLAUSE = "3.1-applicant"
Outcome = ConsentLetter.Outcome


def administrator_of(organisation: Organisation) -> User | None:
    """The person who looks after the unit's accounts; None while it has nobody."""
    return User.objects.filter(organisation=organisation, administers=True).first()


def last_letter(organisation: Organisation) -> ConsentLetter | None:
    """The letter that counts: the one handed in last."""
    return organisation.consent_letters.select_related("file", "uploaded_by", "decided_by").first()


def can_upload_letter(actor: Actor, organisation: Organisation) -> Verdict:
    """The unit's administrator, until a letter is confirmed; a newer one takes the place of one that waits."""
    if not administers(actor, organisation):
        return Verdict.no(CLAUSE, "同意书由单位管理员上传。")
    if organisation.confirmed_on:
        return Verdict.no(CLAUSE, f"同意书已于{said(organisation.confirmed_on)}确认，不必再传。")
    return Verdict.yes(CLAUSE)


def can_decide_letter(actor: Actor, letter: ConsentLetter) -> Verdict:
    """The society department confirms or returns the letter that waits; districts may read it."""
    if actor.role not in {Role.MUNICIPAL, Role.SYSTEM}:
        return Verdict.no(CLAUSE, "同意书由市科协学会部确认。")
    if letter.outcome != Outcome.WAITING:
        return Verdict.no(CLAUSE, f"这份同意书{letter.get_outcome_display()}，不能再办理；请刷新页面看最新一份。")
    return Verdict.yes(CLAUSE)


def consent_verdict(organisation: Organisation) -> Verdict:
    """Whether the consent is established, and if not, what is to be done about it."""
    if organisation.confirmed_on:
        return Verdict.yes(CLAUSE)
    letter = last_letter(organisation)
    if letter is None:
        return Verdict.no(
            CLAUSE, "还没有上传法定代表人同意书。请在“本单位”页下载样式，签字盖章后上传，确认后即可提交。"
        )
    if letter.outcome == Outcome.RETURNED:
        return Verdict.no(CLAUSE, f"法定代表人同意书被退回：{letter.reason}。请在“本单位”页重新上传，确认后即可提交。")
    return Verdict.no(
        CLAUSE,
        f"法定代表人同意书已于{said(local_day(letter.uploaded_at))}上传，市科协学会部确认后即可提交；内容可以继续填写。",
    )

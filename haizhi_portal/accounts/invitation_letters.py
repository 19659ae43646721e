"""Letters that carry the link of an invitation."""

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.translation import gettext as _

from haizhi_portal.accounts.invitations import GOOD_FOR, token_of
from haizhi_portal.accounts.models import Invitation


def send_invitation_letter(*, public_id: str, now: datetime) -> bool:
    """Write the letter unless it was written already; whether it went out now.

    Whoever marks the row first writes, so that two workers never send twice. Raises whatever the mail server's
    connection raises, the row unmarked again.
    """
    row = Invitation.objects.filter(public_id=public_id, letter_sent_at=None, accepted_at=None, withdrawn_at=None)
    if not row.update(letter_sent_at=now):
        return False
    try:
        _letter(Invitation.objects.select_related("organisation", "invited_by").get(public_id=public_id)).send()
    except Exception:
        Invitation.objects.filter(public_id=public_id, letter_sent_at=now).update(letter_sent_at=None)
        raise
    return True


def send_what_waits(*, now: datetime) -> int:
    """Every letter nobody was woken for; how many went out."""
    waiting = Invitation.objects.filter(letter_sent_at=None, accepted_at=None, withdrawn_at=None)
    return sum(
        send_invitation_letter(public_id=public_id, now=now)
        for public_id in waiting.order_by("pk").values_list("public_id", flat=True)
    )


def _letter(invitation: Invitation) -> EmailMessage:
    path = reverse("accounts:join", args=[invitation.public_id, token_of(invitation)])
    unit = {"unit": invitation.organisation.name}
    if invitation.administers:
        asks = _("大连市科协请您担任%(unit)s在海智工作基地门户的单位管理员，管理本单位的账号。") % unit
    else:
        asker = {"name": invitation.invited_by.name if invitation.invited_by else "", **unit}
        asks = _("%(name)s邀请您加入%(unit)s在海智工作基地门户的账号，一起办理申报和基地的事项。") % asker
    lines = [
        _("您好："),
        "",
        asks,
        "",
        _("请打开下面的地址，自己设定登录名和密码："),
        "",
        settings.PUBLIC_URL + path,
        "",
        _("地址 %(days)s 天内有效，只能用一次，请不要转给别人。如与您无关，不必理会。") % {"days": GOOD_FOR.days},
        "",
        _("本邮件由大连市科协海智工作基地门户自动发出，请勿直接回复。"),
    ]
    subject = _("邀请您加入%(unit)s") % unit
    return EmailMessage(subject=" ".join(subject.split()), body="\n".join(lines), to=[invitation.email])

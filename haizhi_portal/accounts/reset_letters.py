"""Letters with a link to choose a new password."""

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.translation import gettext as _

from haizhi_portal.accounts.backends import may_sign_in
from haizhi_portal.accounts.models import User


def send_reset_letters(address: str) -> int:
    """Write to every account in use that gave this address; how many letters went out.

    Raises whatever the mail server's connection raises.
    """
    people = [each for each in User.objects.filter(email__iexact=address) if may_sign_in(each) and not each.is_demo]
    for person in people:
        _letter(person).send()
    return len(people)


def _letter(person: User) -> EmailMessage:
    path = reverse(
        "accounts:password_reset_confirm",
        kwargs={"uidb64": person.public_id, "token": default_token_generator.make_token(person)},
    )
    lines = [
        _("%(name)s，您好：") % {"name": person.name},
        "",
        _("有人为登录名 %(username)s 申请重置密码。如果是您本人，请打开下面的地址设置新密码：")
        % {"username": person.username},
        "",
        settings.PUBLIC_URL + path,
        "",
        _("地址 %(hours)s 小时内有效，只能用一次。如果不是您本人申请，不必理会，密码不会改变。")
        % {"hours": settings.PASSWORD_RESET_TIMEOUT // 3600},
        "",
        _("本邮件由大连市科协海智工作基地门户自动发出，请勿直接回复。"),
    ]
    return EmailMessage(subject=_("重置海智工作基地门户的密码"), body="\n".join(lines), to=[person.email])

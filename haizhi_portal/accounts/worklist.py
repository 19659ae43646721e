"""What accounts ask of a person: collected by the home page."""

from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from haizhi_portal.accounts.consent import Outcome, last_letter
from haizhi_portal.accounts.models import ConsentLetter, Invitation, User
from haizhi_portal.accounts.queries import visible_invitations
from haizhi_portal.accounts.work import WorkItem, Worklist
from haizhi_portal.policy.periods import start_of
from haizhi_portal.policy.words import Role


def worklist(user: User, today: date) -> Worklist:
    """The person's lines: a unit's consent letter and invitations nobody accepted, the office's letters to confirm."""
    if user.role == Role.APPLICANT:
        return _of_unit(user) + _expired_invitations(user, today)
    if user.role == Role.ADMIN:
        return _expired_restorations(user, today)
    if user.role == Role.MUNICIPAL:
        return _of_office() + _expired_restorations(user, today)
    return Worklist()


def _of_unit(user: User) -> Worklist:
    organisation = user.organisation
    if organisation is None or organisation.confirmed_on:
        return Worklist()
    letter = last_letter(organisation)
    url = reverse("accounts:own_organisation")
    if letter is not None and letter.outcome == Outcome.WAITING:
        item = WorkItem(
            title=_("法定代表人同意书待确认"),
            sentence=_("已上传，市科协学会部确认后才能提交申报；内容可以先填。"),
            url=url,
            mover=_("市科协学会部"),
        )
        return Worklist(waiting=[item])
    if letter is None:
        title, sentence = _("上传法定代表人同意书"), _("下载样式，签字盖章后扫描上传；确认后才能提交申报。")
    else:
        title = _("重新上传法定代表人同意书")
        sentence = _("上一份被退回：%(reason)s。") % {"reason": letter.reason}
    if user.administers:
        return Worklist(mine=[WorkItem(title=title, sentence=sentence, url=url)])
    return Worklist(waiting=[WorkItem(title=title, sentence=sentence, url=url, mover=_("本单位管理员"))])


def _expired(user: User, today: date) -> QuerySet[Invitation]:
    return visible_invitations(user).filter(accepted_at=None, withdrawn_at=None, expires_at__lte=start_of(today))


def _expired_restorations(user: User, today: date) -> Worklist:
    """A line for each unit that still has nobody to look after its accounts: whoever was asked let the days pass."""
    items = [
        WorkItem(
            title=_("恢复管理权限的邀请已过期"),
            sentence=_("%(unit)s没有人接受邀请，可以重新发送或撤回。") % {"unit": each.organisation.name},
            url=reverse("accounts:organisation", args=[each.organisation.public_id]),
        )
        for each in _expired(user, today).order_by("expires_at", "pk")
    ]
    return Worklist(mine=items)


def _expired_invitations(user: User, today: date) -> Worklist:
    if not user.administers:
        return Worklist()
    count = _expired(user, today).count()
    if not count:
        return Worklist()
    item = WorkItem(
        title=_("邀请已过期"),
        sentence=_("%(count)s 份邀请没有在期限内接受，可以重新发送或撤回。") % {"count": count},
        url=reverse("accounts:colleagues"),
        count=count,
    )
    return Worklist(mine=[item])


def _of_office() -> Worklist:
    count = ConsentLetter.objects.filter(outcome=Outcome.WAITING).count()
    if not count:
        return Worklist()
    item = WorkItem(
        title=_("法定代表人同意书待确认"),
        sentence=_("%(count)s 家单位的同意书等待核对，确认后单位才能首次提交申报。") % {"count": count},
        url=f"{reverse('accounts:organisations')}?letter={Outcome.WAITING}",
        count=count,
    )
    return Worklist(mine=[item])

"""What accounts ask of a person: collected by the home page."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from haizhi_portal.accounts.consent import Outcome, last_letter
from haizhi_portal.accounts.models import ConsentLetter, User
from haizhi_portal.accounts.work import WorkItem, Worklist
from haizhi_portal.policy.words import Role


def worklist(user: User, today: date) -> Worklist:
    """The person's lines: the unit's consent letter until it is confirmed, and the office's letters to confirm."""
    if user.role == Role.APPLICANT:
        return _of_unit(user)
    if user.role == Role.MUNICIPAL:
        return _of_office()
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

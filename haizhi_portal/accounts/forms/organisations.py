from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from haizhi_portal.accounts.models import ConsentLetter, Organisation

_STATES = [
    ("", _("全部")),
    ("waiting", _("同意书待确认")),
    ("confirmed", _("同意书已确认")),
    ("missing", _("未上传或被退回")),
]


class LetterForm(forms.Form):
    """The signed and stamped letter."""

    file = forms.FileField(
        label=_("签字盖章后的同意书"),
        help_text=_("PDF、JPG 或 PNG；法定代表人签字、加盖单位公章后扫描。"),
        error_messages={"required": _("请选择扫描好的同意书。")},
    )


class ReturnForm(forms.Form):
    reason = forms.CharField(
        label=_("退回理由"),
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("申报单位会看到，请写明怎样改正。"),
    )


class RestoreForm(forms.Form):
    """Who is to look after a unit that lost its administrator, and by what right."""

    email = forms.EmailField(
        label=_("新任管理员的电子邮箱"), max_length=254, help_text=_("邀请邮件发到这里，本人设定登录名和密码后生效。")
    )
    reason = forms.CharField(
        label=_("理由"),
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("例如“原管理员离职”；会记入审计台账。"),
    )
    file = forms.FileField(
        label=_("依据"),
        help_text=_("写明新任管理员的法定代表人同意书，盖章扫描，PDF、JPG 或 PNG。"),
        error_messages={"required": _("请上传依据，例如写明新任管理员的同意书。")},
    )


class OrganisationFilterForm(forms.Form):
    q = forms.CharField(label=_("单位名称或信用代码"), max_length=60, required=False)
    letter = forms.ChoiceField(label=_("同意书"), required=False, choices=_STATES)

    def narrowed(self, organisations: QuerySet[Organisation]) -> QuerySet[Organisation]:
        """What the valid answers leave of the list."""
        if not self.is_valid():
            return organisations
        if text := self.cleaned_data["q"].strip():
            organisations = organisations.filter(Q(name__icontains=text) | Q(credit_code__icontains=text))
        waiting = ConsentLetter.objects.filter(organisation=OuterRef("pk"), outcome=ConsentLetter.Outcome.WAITING)
        state = self.cleaned_data["letter"]
        if state == "waiting":
            return organisations.filter(Exists(waiting))
        if state == "confirmed":
            return organisations.filter(confirmed_on__isnull=False)
        if state == "missing":
            return organisations.filter(~Exists(waiting), confirmed_on__isnull=True)
        return organisations

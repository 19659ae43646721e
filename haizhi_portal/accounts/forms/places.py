from django import forms
from django.utils.translation import gettext_lazy as _

from haizhi_portal.accounts.models import ReviewingBody

_WHY = _("会记入审计台账。")


class PlaceForm(forms.Form):
    """Which body reviews for a jurisdiction."""

    reviewing_body = forms.ModelChoiceField(
        label=_("审核单位"), queryset=ReviewingBody.objects.order_by("name"), empty_label=_("请选择")
    )
    reason = forms.CharField(label=_("理由"), max_length=500, widget=forms.Textarea({"rows": 2}), help_text=_WHY)


class BodyForm(forms.Form):
    """A reviewing body: its name, nature and telephone."""

    name = forms.CharField(label=_("名称"), max_length=120)
    kind = forms.ChoiceField(label=_("性质"), choices=ReviewingBody.BodyKind.choices)
    telephone = forms.CharField(label=_("联系电话"), max_length=40, required=False)
    reason = forms.CharField(label=_("理由"), max_length=500, widget=forms.Textarea({"rows": 2}), help_text=_WHY)

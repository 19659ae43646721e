"""Forms of bases: filters of lists, reports, activities, surrender."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bases.models import Activity, Base, Obligation
from bases.report_parts import MAX_LENGTH, PARTS
from bases.report_state import STATES
from haizhi_portal.accounts.models import Jurisdiction
from resources.queries import of_organisation

ANY = [("", _("全部"))]
STATUSES = [("in_force", _("有效")), ("pending", _("已到期，续期考核中")), ("ended", _("已终止"))]


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **options: Any) -> None:
        super().__init__(format="%Y-%m-%d", **options)


class BaseFilter(forms.Form):
    """What the public directory and the list of bases are searched by."""

    q = forms.CharField(label=_("编号或单位"), required=False, max_length=60)
    status = forms.ChoiceField(label=_("状态"), required=False)
    place = forms.ChoiceField(label=_("所在辖区"), required=False)
    year = forms.ChoiceField(label=_("认定年度"), required=False)

    def __init__(self, *arguments: Any, expiring: bool = False, **options: Any) -> None:
        super().__init__(*arguments, **options)
        soon = [("expiring", _("即将到期（可申请续期）"))] if expiring else []
        # The stubs know every declared field as a plain Field only: hence the ignores in this module.
        self.fields["status"].choices = [*ANY, *STATUSES, *soon]  # type: ignore[attr-defined]
        places = Jurisdiction.objects.order_by("order").values_list("code", "name")
        self.fields["place"].choices = [*ANY, *places]  # type: ignore[attr-defined]
        years = Base.objects.order_by("-call_year").values_list("call_year", flat=True).distinct()
        self.fields["year"].choices = [*ANY, *((str(year), str(year)) for year in years)]  # type: ignore[attr-defined]


class ReportFilter(forms.Form):
    """What reports are searched by."""

    q = forms.CharField(label=_("编号或单位"), required=False, max_length=60)
    kind = forms.ChoiceField(label=_("种类"), required=False, choices=[*ANY, *Obligation.ReportKind.choices])
    year = forms.ChoiceField(label=_("年度"), required=False)
    quarter = forms.ChoiceField(
        label=_("季度"), required=False, choices=[*ANY, *((str(n), _("第 %s 季度") % n) for n in range(1, 5))]
    )
    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[*ANY, *((state.key, state.label) for state in STATES.values())]
    )

    def __init__(self, *arguments: Any, years: Iterable[str], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["year"].choices = [*ANY, *((year, year) for year in years)]  # type: ignore[attr-defined]


class PartField(forms.CharField):
    """Marked as required where it is; that it is there is asked at filing, a draft may lack it."""

    widget = forms.Textarea(attrs={"rows": 6})

    def validate(self, value: Any) -> None:
        """Anything may be saved."""


class ReportForm(forms.Form):
    """The parts of one kind of report, each in its own box; which parts must be there is decided at filing."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *arguments: Any, kind: str, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for part in PARTS[kind]:
            self.fields[part.key] = PartField(
                label=str(part.title), help_text=str(part.hint), required=part.required, max_length=MAX_LENGTH
            )

    def content(self) -> dict[str, str]:
        return {key: value for key, value in self.cleaned_data.items() if key != "version"}


class OpinionForm(forms.Form):
    """A word along with an acceptance."""

    opinion = forms.CharField(
        label=_("意见（可不填）"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReturnForm(forms.Form):
    """What has to be mended."""

    reason = forms.CharField(label=_("要修改什么"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class SurrenderForm(forms.Form):
    """The reason, and that one knows what one does."""

    reason = forms.CharField(label=_("退出理由"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    certain = forms.BooleanField(label=_("本单位已决定退出，知道此事不能撤回。"))


class ActivityForm(forms.ModelForm):
    """One activity."""

    outcome = forms.CharField(
        label=_("成效"),
        max_length=MAX_LENGTH,
        help_text=_("达成的意向、引进的人才、落地的项目等。"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    class Meta:
        model = Activity
        fields = ["title", "kind", "held_on", "place", "participants", "partners", "outcome", "version"]
        widgets = {
            "held_on": DateInput(),
            "partners": forms.CheckboxSelectMultiple(),
            "version": forms.HiddenInput(),
        }
        help_texts = {
            "participants": _("线上线下合计的人数。"),
            "partners": _("从本单位登记的海外伙伴中选，可以不选。"),
        }

    def __init__(self, *arguments: Any, base: Base, **options: Any) -> None:
        super().__init__(*arguments, **options)
        partners = of_organisation(base.organisation)
        self.fields["partners"].queryset = partners  # type: ignore[attr-defined]
        self.fields["partners"].to_field_name = "public_id"  # type: ignore[attr-defined]
        self.fields["partners"].required = False
        self.fields["version"].required = False
        self.fields["kind"].choices = [("", _("请选择")), *Activity.ActivityKind.choices]  # type: ignore[attr-defined]
        self.fields["participants"].widget.attrs["min"] = 1
        self.fields["participants"].min_value = 1  # type: ignore[attr-defined]

    def clean_participants(self) -> int:
        participants: int = self.cleaned_data["participants"]
        if not 1 <= participants <= 1_000_000:
            raise forms.ValidationError(_("请填写 1 到 1000000 之间的人数。"))
        return participants

    def content(self) -> dict[str, Any]:
        """What the action takes, the version aside."""
        return {key: value for key, value in self.cleaned_data.items() if key != "version"}

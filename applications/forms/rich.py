"""A formatted answer: a plain box of light text that JavaScript turns into a small editor."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from applications import rich


class RichWidget(forms.Textarea):
    template_name = "applications/widgets/rich.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The box holds light text, the editor starts from the HTML."""
        context = super().get_context(name, value, attrs)
        given = str(value or "")[: rich.LARGEST]
        context["widget"] |= {"value": rich.as_text(given), "html": rich.as_html(given)}
        return context


class RichField(forms.CharField):
    """Text or HTML in, cleaned HTML out; ``most`` characters of words, formatting not counted."""

    def __init__(self, *, most: int, **options: Any) -> None:
        self.most = most
        super().__init__(max_length=rich.LARGEST, widget=RichWidget(attrs={"rows": 6}), **options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """The page counts words as this field does; a ``maxlength`` would count marks and cut off what is pasted."""
        return {"data-limit": self.most}

    def clean(self, value: Any) -> str:
        # Cleaned before CharField looks at it: a sign no text may hold is taken out, not refused.
        html = rich.clean(super().clean(rich.visible(str(value or ""))))
        if (length := rich.length(html)) > self.most:
            raise forms.ValidationError(
                _("最多 %(most)d 字，现有 %(length)d 字，请删减。"), params={"most": self.most, "length": length}
            )
        return html

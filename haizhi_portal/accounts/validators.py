from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext as _


class LengthValidator(MinimumLengthValidator):
    """Refuses short passwords in words that the framework leaves untranslated."""

    def get_error_message(self) -> str:
        return _("密码太短，至少要 %(length)s 位。") % {"length": self.min_length}

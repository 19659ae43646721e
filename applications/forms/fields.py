from haizhi_portal.accounts.forms.fields import DayField, HiddenVersion, WordsField

__all__ = ["DayField", "HiddenVersion", "WordsField"]

from django.apps import AppConfig


class BasesConfig(AppConfig):
    name = "bases"
    label = "bases"
    verbose_name = "基地"
    default_auto_field = "django.db.models.BigAutoField"

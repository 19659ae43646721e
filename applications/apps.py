from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "applications"
    label = "applications"
    verbose_name = "申报与认证"
    default_auto_field = "django.db.models.BigAutoField"

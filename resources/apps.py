from django.apps import AppConfig


class ResourcesConfig(AppConfig):
    name = "resources"
    label = "resources"
    verbose_name = "海外资源"
    default_auto_field = "django.db.models.BigAutoField"

from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "haizhi_portal.files"
    label = "files"
    verbose_name = "附件"
    default_auto_field = "django.db.models.BigAutoField"

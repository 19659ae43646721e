from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "haizhi_portal.accounts"
    label = "accounts"
    verbose_name = "用户与单位"
    default_auto_field = "django.db.models.BigAutoField"

from django.apps import AppConfig


class PolicyConfig(AppConfig):
    name = "haizhi_portal.policy"
    label = "policy"
    verbose_name = "方案与指标"
    default_auto_field = "django.db.models.BigAutoField"

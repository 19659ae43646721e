from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "haizhi_portal.audit"
    label = "audit"
    verbose_name = "审计台账"
    default_auto_field = "django.db.models.BigAutoField"

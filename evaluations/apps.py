from django.apps import AppConfig


class EvaluationsConfig(AppConfig):
    name = "evaluations"
    label = "evaluations"
    verbose_name = "评估与续期"
    default_auto_field = "django.db.models.BigAutoField"

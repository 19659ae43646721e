from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "haizhi_portal.site"
    label = "site"
    verbose_name = "门户"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Bind tasks to the portal's own Celery application in every process that publishes them."""
        import haizhi_portal.celery  # noqa: F401

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "The public site"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import checks, demand, indexing  # noqa: F401  (checks and receivers register themselves)

        indexing.register()

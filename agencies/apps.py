from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    name = "agencies"
    verbose_name = "Agencies and services"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import (  # noqa: F401  (checks and receivers register themselves)
            checks,
            documents,
            guards,
            indexing,
            secrecy,
            taking_away,
        )

        documents.register()
        guards.keep_entries_out_of_tree_sync()

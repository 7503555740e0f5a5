from django.apps import AppConfig


class DumeConfig(AppConfig):
    name = "dume"
    verbose_name = "DUME"

    def ready(self) -> None:
        """Refuse at once settings of the national service that cannot serve."""
        from dume.gateway.chosen import refuse_nonsense

        refuse_nonsense()

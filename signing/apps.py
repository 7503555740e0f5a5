from django.apps import AppConfig


class SigningConfig(AppConfig):
    name = "signing"

    def ready(self) -> None:
        """Have the settings of this app checked before anything starts."""
        from signing import system_checks  # noqa: F401  registers by being imported

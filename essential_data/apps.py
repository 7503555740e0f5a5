from django.apps import AppConfig


class EssentialDataConfig(AppConfig):
    name = "essential_data"
    verbose_name = "Données essentielles"
    default_auto_field = "django.db.models.BigAutoField"

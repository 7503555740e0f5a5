from django.apps import AppConfig


class DumeConfig(AppConfig):
    name = "dume"
    verbose_name = "DUME"

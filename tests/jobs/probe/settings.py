"""The real settings, with the watched job."""

from procurement.settings.base import *  # noqa: F403
from procurement.settings.base import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.jobs.probe"]

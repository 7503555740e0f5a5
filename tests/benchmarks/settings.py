"""The embedded default in a folder of its own (the folder is on the disk of `var`, not in memory)."""

from procurement.settings.base import *  # noqa: F403
from procurement.settings.base import LOGGING

ROOT_URLCONF = "tests.benchmarks.urls"
SECRET_KEY = "only for benchmarks"
LOGGING["root"]["level"] = "ERROR"

"""Settings of the tests: quick hashes, jobs run at once, everything in a folder that goes away."""

import atexit
import os
import shutil
import tempfile

# One folder for each process (pytest-xdist starts several), whatever the caller's DATA_DIR; it goes away with it.
os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="profil-acheteur-tests-")
atexit.register(shutil.rmtree, os.environ["DATA_DIR"], ignore_errors=True)
os.environ.setdefault("DEMO", "False")
os.environ.setdefault("REQUIRE_SECOND_FACTOR", "False")

from procurement.settings.base import *  # noqa: F403, E402
from procurement.settings.base import INSTALLED_APPS, LOGGING  # noqa: E402

INSTALLED_APPS = [*INSTALLED_APPS, "django_linear_migrations"]
SECRET_KEY = "only for tests"  # noqa: S105
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
ACCOUNT_RATE_LIMITS = False
LOGGING["root"]["level"] = "ERROR"

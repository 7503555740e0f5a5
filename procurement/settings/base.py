"""Settings of every installation; the environment decides (deploy/env.example lists the variables).

Without any variable this is the embedded default: SQLite, local files, a broker made of files, mail written
to files, a time-stamping authority and a seal of our own, all under DATA_DIR.
"""

from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF

from procurement.settings import environment as env
from procurement.settings import logs

BASE_DIR = Path(__file__).resolve().parents[2]
DATA_DIR = env.directory("DATA_DIR", BASE_DIR / "var")

DEBUG = env.boolean("DEBUG", default=False)
SECRET_KEY = env.secret("SECRET_KEY", DATA_DIR / "keys" / "secret_key")
#: Wraps the keys of sealed bids while they are kept by the server (signing.custody).
SEALING_SECRET = env.secret("SEALING_SECRET", DATA_DIR / "keys" / "sealing_secret")
#: Signs the checkpoints of the public register (signing.services.register).
REGISTER_KEY = env.secret("REGISTER_KEY", DATA_DIR / "keys" / "register_key")
PLATFORM_NAME = env.text("PLATFORM_NAME", "Profil d'acheteur")
PLATFORM_URL = env.text("PLATFORM_URL", "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
HTTPS = PLATFORM_URL.startswith("https://")
#: The demonstration's accounts are shown on the sign-in page; never on an installation that has members.
DEMO = env.boolean("DEMO", default=not HTTPS)

INSTALLED_APPS = [
    "procurement.portal",
    "procurement.notifications",
    "procurement.jobs",
    "procurement.files",
    "procurement.accounts",
    "procurement.organisations",
    "procurement.audit",
    "tenders",
    "bids",
    "dume",
    "signing",
    "essential_data",
    "ninja",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
]

MIDDLEWARE = [
    "procurement.portal.middleware.RequestIdentity",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Outside CSPMiddleware: a 304 then brings no policy, and the browser keeps that of the page it holds. A page with a
    # policy of its own would otherwise be shown the second time under the general one, which blocks it.
    "django.middleware.http.ConditionalGetMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "procurement.accounts.middleware.RequireSecondFactor",
    "procurement.portal.middleware.Refusals",
]

ROOT_URLCONF = "procurement.urls"
WSGI_APPLICATION = "procurement.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "procurement.portal.context.platform",
            ],
        },
    },
]
FORM_RENDERER = "procurement.portal.forms_rendering.PortalRenderer"

# --- Database -------------------------------------------------------------------------------------------------
DATABASES = {
    "default": dj_database_url.parse(
        env.text("DATABASE_URL") or f"sqlite:///{DATA_DIR / 'database.sqlite3'}",
        conn_max_age=60,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Plain BEGIN lets two writers deadlock on the lock upgrade; IMMEDIATE queues them (measured).
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }

# --- Files ----------------------------------------------------------------------------------------------------
#: public: consultation documents; sealed: encrypted bids; opened: bids after opening; evidence: receipts, minutes.
FILE_AREAS = ("public", "sealed", "opened", "evidence")
S3_ENDPOINT_URL = env.text("S3_ENDPOINT_URL")


def storage_of(area: str) -> dict[str, object]:
    """Local files, or one bucket per area on an S3 server when S3_ENDPOINT_URL is set."""
    if not S3_ENDPOINT_URL:
        location = DATA_DIR / "files" / area
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(location)},
        }
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "endpoint_url": S3_ENDPOINT_URL,
            "bucket_name": env.text("S3_BUCKET_PREFIX", "profil-acheteur-") + area,
            "access_key": env.text("S3_ACCESS_KEY"),
            "secret_key": env.text("S3_SECRET_KEY"),
            "file_overwrite": False,
            "default_acl": None,
        },
    }


STORAGES = {
    "default": storage_of("evidence"),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
    **{area: storage_of(area) for area in FILE_AREAS},
}
FILE_UPLOAD_PERMISSIONS = 0o600
#: No upload of the platform may lie in clear in a temporary file: views that take large files stream them.
FILE_UPLOAD_HANDLERS = ["procurement.files.uploads.BoundedMemoryUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
#: Bytes; what a consultation may allow at most, for one file.
MAX_FILE_BYTES = env.integer("MAX_FILE_BYTES", 4 * 1024**3)

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

# --- Accounts -------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_REDIRECT_URL = "dashboard"
LOGIN_URL = "account_login"
ACCOUNT_ADAPTER = "procurement.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "procurement.accounts.forms.CompanySignupForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_PREVENT_ENUMERATION = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_TOTP_ISSUER = PLATFORM_NAME
#: Buyers and the operator must have a second factor before they act; the demonstration lets them in without.
REQUIRE_SECOND_FACTOR = env.boolean("REQUIRE_SECOND_FACTOR", default=not DEMO)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

# --- Cache: rate limits, shared by the processes of one machine, or of all with Redis ---------------------------
CACHE_URL = env.text("CACHE_URL")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": CACHE_URL}
    if CACHE_URL
    else {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(DATA_DIR / "cache"),
    }
}

# --- Background work ------------------------------------------------------------------------------------------
CELERY_BROKER_URL = env.text("CELERY_BROKER_URL", "filesystem://")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {}
if CELERY_BROKER_URL.startswith("filesystem:"):
    BROKER_DIR = env.directory("BROKER_DIR", DATA_DIR / "broker")
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR),
        "data_folder_out": str(BROKER_DIR),
        "control_folder": str(BROKER_DIR / "control"),
        "polling_interval": 0.05,
    }
elif CELERY_BROKER_URL.startswith("redis"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600, "unacked_restore_throttle": 1}
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
#: Seconds between two looks at the jobs that are due.
JOBS_SWEEP_SECONDS = env.integer("JOBS_SWEEP_SECONDS", 30)
CELERY_BEAT_SCHEDULE = {
    "sweep-jobs": {"task": "procurement.jobs.tasks.sweep", "schedule": JOBS_SWEEP_SECONDS},
}

# --- Mail -----------------------------------------------------------------------------------------------------
EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.integer("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.boolean("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = 10
EMAIL_FILE_PATH = str(DATA_DIR / "mail")
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if EMAIL_HOST
    else "django.core.mail.backends.filebased.EmailBackend"
)
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "ne-pas-repondre@profil-acheteur.invalid")

# --- Time, language, security ---------------------------------------------------------------------------------
USE_TZ = True
TIME_ZONE = "Europe/Paris"
USE_I18N = True
LANGUAGE_CODE = "fr"
#: Private arc for tests and installations without a registered policy (RFC 3161 §2.4.1).
TSA_POLICY_OID = env.text("TSA_POLICY_OID", "1.3.6.1.4.1.99999.1.1")
#: Other authorities, asked in this order for a second token on what ours has stamped (signing.tsp.external).
TSA_URLS = env.words("TSA_URLS")
#: Servers that say how far the clock is off; without any, the system is asked (signing.clocks.clock).
NTP_SERVERS = env.words("NTP_SERVERS")

# --- The seal -------------------------------------------------------------------------------------------------
#: Where its key is: own (made at first start), pkcs12, pkcs11 or csc. Our own seal replaces one that fails.
SEAL_KEY = env.choice("SEAL_KEY", "own", "pkcs12", "pkcs11", "csc")
#: PEM file of the certificates between the seal and its root, when the key's place does not hold them.
SEAL_ISSUERS_PATH = env.text("SEAL_ISSUERS_PATH")
SEAL_PKCS12_PATH = env.text("SEAL_PKCS12_PATH")
SEAL_PKCS12_PASSWORD = env.text("SEAL_PKCS12_PASSWORD")
SEAL_PKCS11_MODULE = env.text("SEAL_PKCS11_MODULE")
SEAL_PKCS11_TOKEN = env.text("SEAL_PKCS11_TOKEN")
SEAL_PKCS11_LABEL = env.text("SEAL_PKCS11_LABEL")
SEAL_PKCS11_PIN = env.text("SEAL_PKCS11_PIN")
SEAL_CSC_URL = env.text("SEAL_CSC_URL")
SEAL_CSC_CREDENTIAL = env.text("SEAL_CSC_CREDENTIAL")
SEAL_CSC_TOKEN = env.text("SEAL_CSC_TOKEN")
SEAL_CSC_PIN = env.text("SEAL_CSC_PIN")

# --- Signatures of others -------------------------------------------------------------------------------------
#: Certificates, revocation lists and trusted lists that the installation trusts (deploy/README.md).
SIGNATURE_TRUST_DIR = Path(env.text("SIGNATURE_TRUST_DIR") or DATA_DIR / "trust")
TRUSTED_LIST_URLS = env.words("TRUSTED_LIST_URLS")
#: Revocation lists, OCSP answers and trusted lists are read on the network; without it, from files and copies.
SIGNATURE_FETCH = env.boolean("SIGNATURE_FETCH", default=False)
#: Private networks that may be contacted for it; no other one is, whatever a certificate names.
SIGNATURE_FETCH_PRIVATE = env.networks("SIGNATURE_FETCH_PRIVATE")
#: The only way out of some networks; none is taken from the environment.
SIGNATURE_PROXY = env.text("SIGNATURE_PROXY")

# --- The national service DUME (dume.gateway), refused at start by dume.apps when it cannot serve ----------------
DUME_SERVICE_URL = env.text("DUME_SERVICE_URL")
DUME_SERVICE_CERTIFICATE_PATH = env.text("DUME_SERVICE_CERTIFICATE_PATH")
DUME_SERVICE_KEY_PATH = env.text("DUME_SERVICE_KEY_PATH")
DUME_SERVICE_AUTHORITIES_PATH = env.text("DUME_SERVICE_AUTHORITIES_PATH")
DUME_SERVICE_PROXY = env.text("DUME_SERVICE_PROXY")
#: SIRET, European VAT number, outside the EU, RIDET, Tahiti.
DUME_PLATFORM_ID_TYPE = env.choice("DUME_PLATFORM_ID_TYPE", "1", "2", "3", "4", "5")
DUME_PLATFORM_ID = env.text("DUME_PLATFORM_ID")
DUME_PLATFORM_TECHNICAL_ID = env.text("DUME_PLATFORM_TECHNICAL_ID")

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 8 * 3600
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
# Behind the proxy of deploy/nginx.conf, which alone writes X-Forwarded-For; otherwise all visitors would share one
# address, and so one rate limit.
ALLAUTH_TRUSTED_PROXY_COUNT = NINJA_NUM_PROXIES = 1 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
LOGGING = logs.LOGGING
CSRF_FAILURE_VIEW = "procurement.portal.views.errors.csrf_failure"

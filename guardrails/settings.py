"""Settings of the project; everything that differs between installations comes from the environment."""

import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from environs import Env

from guardrails.colours import TEAL
from guardrails.logging import logging_config
from guardrails.mailing import mail_settings

env = Env()

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / ".data")))
"""Where the embedded database, the demo's secret key and the collected static files are kept."""
DATA_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = env.bool("DEBUG", default=False)


def _secret_key() -> str:
    """The key from SECRET_KEY, or from the file that `make demo` made; production names its own."""
    if key := env.str("SECRET_KEY", default=""):
        return key
    key_file = DATA_DIR / "secret_key"
    if key_file.exists():
        return key_file.read_text().strip()
    if DEBUG:
        return "not-a-secret-only-for-debugging-on-a-developers-own-machine"
    raise ImproperlyConfigured(f"Set SECRET_KEY, or write one to {key_file} (`make secret` does).")


SECRET_KEY = _secret_key()
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# --- Transport and browser security ------------------------------------------------------------------------

HTTPS = env.bool("HTTPS", default=not DEBUG)
"""Whether users reach the server over TLS. The demo, on a loopback address, says no."""
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 12 * 60 * 60
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if env.bool("BEHIND_PROXY", default=False):
    # Only a proxy that always sets this header may be trusted with it; so it is opt-in.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
"""The largest request body that is read, in bytes."""

_ONLY_OURS = [SELF]
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": _ONLY_OURS,
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- Apps --------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.inlines",
    "unfold.contrib.simple_history",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "knox",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "simple_history",
    "axes",
    "csp",
    "django_structlog",
    "policies",
    "guardrails",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "guardrails.security.ContentSecurityPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # After the static files, which are not worth a line in the log.
    "guardrails.logging.RequestLog",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "guardrails.urls"
WSGI_APPLICATION = "guardrails.wsgi.application"
ASGI_APPLICATION = "guardrails.asgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- Database ----------------------------------------------------------------------------------------------

_SQLITE_OPTIONS: dict[str, Any] = {
    # A deferred transaction that turns into a writer fails at once when another one writes; an immediate
    # one waits its turn, for at most `timeout` seconds.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000;"
    " PRAGMA foreign_keys=ON; PRAGMA cache_size=-16000; PRAGMA temp_store=MEMORY;"
    # INSERT OR REPLACE deletes without the delete triggers that keep records, unless triggers may fire triggers.
    " PRAGMA recursive_triggers=ON;",
}


def _database() -> dict[str, Any]:
    """The database of DATABASE_URL: PostgreSQL over connections that stay open, or the embedded SQLite."""
    config: dict[str, Any] = dict(env.dj_db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'db.sqlite3'}"))
    if config["ENGINE"] == "django.db.backends.sqlite3":
        config["ENGINE"] = "guardrails.sqlite"
        config["OPTIONS"] = {**_SQLITE_OPTIONS, **config.get("OPTIONS", {})}
    else:
        config["ENGINE"] = "guardrails.postgresql"
        # Opening a connection costs five times what a question does: each worker keeps its own.
        config["CONN_MAX_AGE"] = None
        config["CONN_HEALTH_CHECKS"] = True
    return config


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- People ------------------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_LOCKOUT_TEMPLATE = "locked.html"

# --- API ---------------------------------------------------------------------------------------------------

REST_FRAMEWORK: dict[str, Any] = {
    # Closed unless a view opens itself: guardrails.api names its own authentication and permissions.
    "DEFAULT_AUTHENTICATION_CLASSES": ["knox.auth.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_VERSIONING_CLASS": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Guardrails",
    "DESCRIPTION": "What may I offer this customer, now? Offers, exceptions, budgets and policies.",
    "VERSION": "1",
    # Not in itself, so that the committed schema is the same on every supported Django.
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": ["guardrails.api.openapi.add_components"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}
DECISION_LIFETIME = timedelta(hours=env.float("DECISION_LIFETIME_HOURS", default=24))
"""How long an offer may be taken after it was made: facts do not stay true for ever."""
REPEAT_CONTACT_DAYS = env.int("REPEAT_CONTACT_DAYS", default=14)
"""For how many days after a grant another contact about the same case counts as a repeated one."""
API_REQUESTS_PER_MINUTE = env.int("API_REQUESTS_PER_MINUTE", default=3000)
"""How many requests one token may make; 0 is no limit."""
REST_KNOX = {"TOKEN_TTL": None, "AUTO_REFRESH": False}
KNOX_TOKEN_MODEL = "guardrails.ApiToken"  # noqa: S105 - a model's name
# Its migrations would make the table of the model that ours replaces.
MIGRATION_MODULES = {"knox": None}

# --- What leaves -------------------------------------------------------------------------------------------

WEBHOOK_ALLOW_PRIVATE = env.bool("WEBHOOK_ALLOW_PRIVATE", default=False)
"""Whether webhooks may go to addresses of our own network; only where everybody who edits endpoints may reach it."""
WEBHOOK_ALLOW_HTTP = env.bool("WEBHOOK_ALLOW_HTTP", default=False)
DELIVERED_KEPT_DAYS = env.int("DELIVERED_KEPT_DAYS", default=90)
"""For how many days webhooks and e-mails that everybody received can be looked up and sent again; 0: for ever."""
MAIL_IS_SENT = bool(env.str("EMAIL_URL", default=""))
globals().update(mail_settings(env.dj_email_url("EMAIL_URL", default="dummy:")))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Guardrails <guardrails@localhost>")
PUBLIC_URL = env.str("PUBLIC_URL", default="").rstrip("/")
"""Where people reach this installation, such as https://guardrails.example.org; e-mails then link to its pages."""

# --- Language and time -------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
"""The pages' one language so far: Django's own words would follow the browser, and a page be half in each."""
FORMAT_MODULE_PATH = "guardrails.formats"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

# --- Static files ------------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT: Path | None = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG

# --- Logs --------------------------------------------------------------------------------------------------

LOGGING = logging_config(
    json=env.bool("LOG_JSON", default=not DEBUG and not sys.stderr.isatty()),
    level=env.str("LOG_LEVEL", default="INFO"),
)
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = True
DJANGO_STRUCTLOG_TRUST_UPSTREAM_CORRELATION_ID = True
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = 10

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Guardrails",
    "SITE_HEADER": "Guardrails",
    "SITE_SUBHEADER": "Customer care policies",
    "SITE_URL": "/docs/",
    "SITE_SYMBOL": "fence",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("guardrails/icon.svg")}],
    "SHOW_HISTORY": True,
    "COLORS": {"primary": TEAL},
    "STYLES": [lambda request: static("guardrails/admin.css")],
    "DASHBOARD_CALLBACK": "guardrails.admin.home.home",
    "SIDEBAR": {"navigation": "guardrails.admin.navigation.sidebar"},
}
SIMPLE_HISTORY_REVERT_DISABLED = True

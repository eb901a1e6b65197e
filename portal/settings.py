"""One settings file, driven by the environment. Embedded by default; scale by variables (see .env.example)."""

import os
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from portal import demo_mode, security


def flag(name: str, default: bool = False) -> bool:
    """An environment variable read as yes or no; anything else is refused."""
    value = os.environ.get(name, "").strip().lower()
    if value in ("", "0", "no", "false", "off"):
        return default if value == "" else False
    if value in ("1", "yes", "true", "on"):
        return True
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")


def database() -> dict[str, Any]:
    """What DATABASE_URL names, or an SQLite file; anything but these two kinds is refused."""
    cure = "Write postgres://name:password@host/database, or sqlite:////path/to/a.file."
    try:
        found: dict[str, Any] = dict(
            dj_database_url.config(default=f"sqlite:///{VAR / 'db.sqlite3'}", conn_max_age=60)
        )
    except ValueError as error:
        raise ImproperlyConfigured(f"DATABASE_URL cannot be read. {cure}") from error
    if found["ENGINE"] == "django.db.backends.sqlite3":
        Path(found["NAME"]).parent.mkdir(parents=True, exist_ok=True)  # SQLite makes the file, not its folder
        return found | {"OPTIONS": SQLITE_OPTIONS}
    if found["ENGINE"] != "django.db.backends.postgresql":
        raise ImproperlyConfigured(f"DATABASE_URL names another kind of database. {cure}")
    return found


PACKAGE = Path(__file__).resolve().parent
# A wheel carries templates and fixtures inside portal/; in a checkout they stand beside it.
DATA = PACKAGE if (PACKAGE / "templates").is_dir() else PACKAGE.parent
TEMPLATES_FOLDER = DATA / "templates"
FIXTURES_FOLDER = DATA / "fixtures"
VAR = Path(os.environ.get("LANTERN_VAR", PACKAGE.parent / "var" if DATA != PACKAGE else Path.cwd() / "var"))

DEMO = flag("LANTERN_DEMO")
DEBUG = flag("DEBUG")
SECRET_KEY = os.environ.get("SECRET_KEY") or ("only-for-the-demo-on-this-machine" if DEMO or DEBUG else "")
SECRET_KEY_FALLBACKS = [key for key in os.environ.get("SECRET_KEY_FALLBACKS", "").split(",") if key]
ALLOWED_HOSTS = [host for host in os.environ.get("ALLOWED_HOSTS", "").split(",") if host]
SITE_URL = os.environ.get("SITE_URL", "http://localhost:" + os.environ.get("PORT", "8000"))
FORCE_SCRIPT_NAME = os.environ.get("SCRIPT_NAME") or None
PREFIX = (FORCE_SCRIPT_NAME or "").rstrip("/")

INSTALLED_APPS = [
    "portal",
    "agencies",
    "search",
    "wagtail_localize",
    "wagtail_localize.locales",  # in place of wagtail.locales
    "wagtail.contrib.forms",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",  # "two days ago", in allauth's list of keys
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "portal.middleware.PolicyHeaders",
    "django.middleware.security.SecurityMiddleware",
    "portal.demo_mode.DemoGuard",
    "portal.middleware.PublicGZip",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.middleware.StaffSession",
    "django.middleware.locale.LocaleMiddleware",
    "portal.middleware.InputGuard",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "portal.middleware.StaffAuthentication",
    "portal.middleware.StaffMessages",
    "allauth.account.middleware.AccountMiddleware",
    "agencies.second_factor.SecondFactor",
    "agencies.seeing.AdminGuard",
    "portal.middleware.WholeRequests",  # last: it calls the view itself
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
AUTH_USER_MODEL = "agencies.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [TEMPLATES_FOLDER],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Only WAL and IMMEDIATE together keep "database is locked" away from editors (measured: 8 writers, 8 readers).
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;",
}
DATABASES = {"default": database()}
ELASTICSEARCH_URL = os.environ.get("ELASTICSEARCH_URL", "")  # with user and password in it, or:
ELASTICSEARCH_API_KEY = os.environ.get("ELASTICSEARCH_API_KEY", "")
ELASTICSEARCH_INDEX = os.environ.get("ELASTICSEARCH_INDEX", "lantern")  # how the names of its indices begin
SEARCH_WORKER = flag("SEARCH_WORKER")  # `manage.py search_worker` runs: no request waits for the index

LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"),
    ("de", "Deutsch"),
    ("fr", "Français"),
    ("uk", "Українська"),
    ("ar", "العربية"),
]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_I18N_ENABLED = True
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"  # of the machine; the town's own zone is a setting of the town

STATIC_URL = f"{PREFIX}/static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", VAR / "static"))
MEDIA_URL = f"{PREFIX}/media/"
MEDIA_ROOT = Path(os.environ.get("MEDIA_ROOT", VAR / "media"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # an entry with its words in four further languages has thousands

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "wagtailadmin_login"  # the address is Wagtail's, the view behind it is agencies.sign_in's
LOGIN_REDIRECT_URL = "wagtailadmin_home"
LOGOUT_REDIRECT_URL = "wagtailadmin_login"
ACCOUNT_ADAPTER = "agencies.sign_in.Accounts"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = [
    "username*",
    "email*",
    "password1*",
]  # nobody signs up: what allauth's checks ask for
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation has proven the address
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = False  # closing the browser signs out: desks in agencies are shared
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS = {"forgotten_password": "5/m/ip"}  # beside allauth's own; counted in each process
MFA_ADAPTER = "agencies.sealed_factors.SealedFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG or DEMO
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute slow
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if flag("BEHIND_PROXY") else 0  # whose attempts are counted

EMAIL_BACKEND = "portal.mail.AfterCommit"
MAIL_CARRIER = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = flag("EMAIL_USE_TLS")
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "lantern@localhost")

SESSION_COOKIE_NAME = "__Host-staff"
CSRF_COOKIE_NAME = "__Host-form"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.errors.form_refused"
SECURE_SSL_REDIRECT = flag("SECURE_SSL_REDIRECT", default=not (DEBUG or DEMO))
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if flag("BEHIND_PROXY") else None
SECURE_HSTS_SECONDS = 0 if DEBUG or DEMO else int(os.environ.get("SECURE_HSTS_SECONDS", str(365 * 24 * 3600)))
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_SECONDS > 0
SECURE_HSTS_PRELOAD = flag("SECURE_HSTS_PRELOAD")
SECURE_REFERRER_POLICY = security.REFERRER_POLICY
SECURE_CROSS_ORIGIN_OPENER_POLICY = security.OPENER_POLICY
SILENCED_SYSTEM_CHECKS = ["security.W002"]  # portal.middleware.PolicyHeaders sets X-Frame-Options itself
CONTENT_SECURITY_POLICY = security.CONTENT_SECURITY_POLICY

ENTRY_PREVIEW = "portal.previewing.preview"  # how the domain shows an entry without knowing this layer

WAGTAIL_SITE_NAME = "Lantern"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAIL_GRAVATAR_PROVIDER_URL = None  # the admin asks no other host for anything
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_AUTOSAVE_INTERVAL = 0  # a draft on every keystroke would keep, or erase, what nobody decided
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_FINISH_WORKFLOW_ACTION = "agencies.publishing.publish_approved"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp"]  # no SVG: it can carry scripts
TAGGIT_CASE_INSENSITIVE = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{levelname} {name}: {message}", "style": "{"}},
    # Neither an address nor a word that was typed: requests are logged by their outcome alone.
    "filters": {"without paths": {"()": "portal.quiet_log.WithoutPaths"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without paths"]}
    },
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "lantern": {"handlers": ["console"], "level": "INFO"},
    },
}

if DEMO:
    globals().update(demo_mode.settings(VAR))

"""Django's settings, every one from the environment or fixed here. The table of variables is in docs/operations.md."""

import os
import sys
from datetime import timedelta
from typing import Any

from celery.schedules import crontab
from whitenoise.compress import Compressor

from haizhi_portal import environment as env

try:
    PORTAL_DEMO = env.flag("PORTAL_DEMO", default=False)
    PORTAL_DEBUG = env.flag("PORTAL_DEBUG", default=False)
    DATA_DIR = env.make_folder("DATA_DIR", env.folder("DATA_DIR", env.CHECKOUT / "var"))
    PORTAL_TODAY = env.business_day(demo=PORTAL_DEMO)
    PORTAL_DEMO_PASSWORD = env.demo_password(DATA_DIR, demo=PORTAL_DEMO)
    SECRET_KEY = env.secret_key(DATA_DIR, demo=PORTAL_DEMO)
    FIELD_KEYS = env.field_keys(DATA_DIR, demo=PORTAL_DEMO)
    ALLOWED_HOSTS = env.allowed_hosts(demo=PORTAL_DEMO)
    PUBLIC_URL = env.public_url(demo=PORTAL_DEMO)
    HTTPS = env.https(PUBLIC_URL)
    MEDIA_ROOT = env.make_folder("MEDIA_STORAGE", env.media_folder(DATA_DIR))
    CLAMAV = env.clamav()
    BROKER_SOCKET = env.broker_socket(DATA_DIR)
    CELERY_BROKER_URL = env.broker_url(DATA_DIR)
    SESSION_MINUTES = env.whole_number("SESSION_MINUTES", default=30, low=1, high=1440)
    SECOND_FACTOR_REQUIRED = env.flag("SECOND_FACTOR_REQUIRED", default=True) and not PORTAL_DEMO
    LOG_LEVEL = env.one_of("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), default="INFO")
    _database = env.database(DATA_DIR)
    _email = env.email(DATA_DIR, demo=PORTAL_DEMO)
    DEBUG = PORTAL_DEBUG
    if DEBUG and not PORTAL_DEMO:
        raise env.BadSetting("PORTAL_DEBUG", "unset unless PORTAL_DEMO=1")
except env.BadSetting as problem:
    sys.stderr.write(f"haizhi-portal: {problem}\n")
    raise SystemExit(2) from None

# What the portal paints of attachments for reading; it can be painted again.
PREVIEWS = env.make_folder("DATA_DIR", DATA_DIR / "previews")
# Documents are printed in the fonts `./portal` fetched, never in whatever this machine happens to have.
_fonts = env.CHECKOUT / ".portal" / "fonts" / "fonts.conf"
if _fonts.exists():
    os.environ.setdefault("FONTCONFIG_FILE", str(_fonts))
# The words across pages of identity papers; without it only what ASCII holds of them can be written.
WATERMARK_FONT = _fonts.parent / "files" / "NotoSansCJK-Regular.ttc"

# Applications -------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "axes",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_filters",
    "bootstrap",
    "django_prose_editor",
    "haizhi_portal.policy",
    "haizhi_portal.audit",
    "haizhi_portal.files",
    "haizhi_portal.notifications",
    "haizhi_portal.accounts",
    "haizhi_portal.documents",
    "haizhi_portal.scoring",
    "resources",
    "bases",
    "applications",
    "evaluations",
    "haizhi_portal.site",
]

MIDDLEWARE = [
    "haizhi_portal.site.middleware.ProxyAddressMiddleware",
    # Outside whatever may answer by itself: redirects, static files and refusals carry the policy too.
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "haizhi_portal.site.error_pages.ErrorPagesMiddleware",
    "haizhi_portal.site.middleware.ReadableRequestMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "haizhi_portal.site.printable.PrintablePagesMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "haizhi_portal.accounts.middleware.SecondFactorMiddleware",
    "haizhi_portal.accounts.middleware.PrivatePagesMiddleware",
    "haizhi_portal.accounts.middleware.BusinessClockMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "haizhi_portal.site.deadlocks.RetryAfterDeadlockMiddleware",
]

ROOT_URLCONF = "haizhi_portal.urls"
WSGI_APPLICATION = "haizhi_portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [env.CHECKOUT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "haizhi_portal.site.context.portal",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# Facts: database, files, letters ------------------------------------------------------------------------------------

if _database["ENGINE"].endswith("sqlite3"):
    _database["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    _database.setdefault("CONN_MAX_AGE", 60)
    _database.setdefault("CONN_HEALTH_CHECKS", True)
DATABASES = {"default": _database}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

EMAIL_HOST_USER = EMAIL_HOST_PASSWORD = ""
EMAIL_TIMEOUT = 20
vars().update(_email)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("EMAIL_FROM", "haizhi@localhost")

FILE_UPLOAD_HANDLERS = ["haizhi_portal.files.uploads.LimitedUploadHandler"]
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 20
# A section may hold three tables of a hundred rows.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000

# Pages --------------------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [env.CHECKOUT / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "haizhi_portal.site.static_finder.ChosenFilesFinder",
]
# The only files of other packages that pages use; the rest of their folders is never collected.
STATIC_CHOSEN = {
    "django.contrib.admin": ("admin/*",),
    "bootstrap": ("bootstrap/css/bootstrap.min.css*", "bootstrap/js/bootstrap.bundle.min.js*"),
    "django_prose_editor": ("django_prose_editor/editor.js*",),
}
WHITENOISE_USE_FINDERS = DEBUG
# Source maps are for developers, who wait more easily than a first start does.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# People and safety --------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "haizhi_portal.accounts.backends.PortalBackend",
]
# Sign-in names are unique whatever their case, by a constraint over LOWER(username) that this check does not see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "haizhi_portal.accounts.validators.LengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_HASHERS = [
    "haizhi_portal.accounts.hashers.DemoPasswordHasher"
    if PORTAL_DEMO
    else "django.contrib.auth.hashers.PBKDF2PasswordHasher"
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "/home/"
LOGOUT_REDIRECT_URL = "/"
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=30)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "haizhi_portal.site.lockout.sign_in_name"
AXES_CLIENT_IP_CALLABLE = "haizhi_portal.site.lockout.address"
AXES_LOCKOUT_CALLABLE = "haizhi_portal.accounts.views.sign_in.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_VERBOSE = False

SESSION_COOKIE_AGE = SESSION_MINUTES * 60
SESSION_SAVE_EVERY_REQUEST = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = False
SESSION_COOKIE_NAME = "__Host-haizhi_session" if HTTPS else "haizhi_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = "__Host-haizhi_csrf" if HTTPS else "haizhi_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "haizhi_portal.site.views.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

SECURE_SSL_REDIRECT = HTTPS
# A load balancer asks these by plain HTTP from inside.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        # Bootstrap's own icons are data: addresses inside its style sheet.
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

# Work in the background ---------------------------------------------------------------------------------------------

CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 110
CELERY_TASK_SOFT_TIME_LIMIT = 100
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # A task whose worker vanished is handed out again after this many seconds. `daily` may take longer: two runs of it
    # at once do no harm.
    "visibility_timeout": 120,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 1,
    "socket_timeout": 30,
    # Nobody waits for a broker that is away: the message is a row already, and the sweep hands it in later.
    "max_retries": 1,
    "interval_start": 0.1,
    "interval_step": 0,
    "interval_max": 0.1,
}
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "run" / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    # Idempotent, so once an hour: just after midnight the day begins, and a missed hour is caught up by the next.
    "daily": {"task": "haizhi_portal.site.tasks.daily", "schedule": crontab(minute="1")},
    "accounts.sweep": {"task": "haizhi_portal.accounts.tasks.sweep_invitations", "schedule": 60.0},
    "notifications.sweep": {"task": "haizhi_portal.notifications.tasks.sweep", "schedule": 30.0},
    "files.tidy": {"task": "haizhi_portal.files.tasks.tidy", "schedule": crontab(hour="3", minute="17")},
    "files.scan": {"task": "haizhi_portal.site.tasks.scan_uploads", "schedule": 15.0},
    "documents.sweep": {"task": "haizhi_portal.documents.tasks.sweep", "schedule": 60.0},
    "applications.sweep": {"task": "applications.tasks.sweep", "schedule": 60.0},
    "applications.tidy": {"task": "applications.tasks.tidy", "schedule": 600.0},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        "django.server": {"handlers": ["stderr"], "level": LOG_LEVEL, "propagate": False},
        "celery": {"level": LOG_LEVEL},
        # They narrate every font and glyph.
        "fontTools": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
        "pikepdf": {"level": "WARNING"},
    },
}

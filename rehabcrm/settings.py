"""The one settings file. Development needs no environment; production names what is missing and stops."""

from pathlib import Path

import bootstrap_wrapper
import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
env = environ.Env()

# Development or production

ENVIRONMENT = env("REHABCRM_ENV", default="development")
if ENVIRONMENT not in ("development", "production"):
    raise ImproperlyConfigured(f"REHABCRM_ENV is {ENVIRONMENT!r}; say development or production.")
PRODUCTION = ENVIRONMENT == "production"
REQUIRED = {
    "SECRET_KEY": "50 or more random characters",
    "AUDIT_KEY": "50 or more random characters, others than SECRET_KEY, which sign the access log",
    "ALLOWED_HOSTS": "the host names of the site, separated by commas",
    "SITE_URL": "https:// and the host name that links in mails lead to",
    "DATABASE_URL": "postgresql://user:password@host/name",
    "REDIS_URL": "redis://host:6379/0",
    "EMAIL_URL": "smtp+tls://user:password@host:587",
    "MAIL_FROM": "the sender of the mails",
}
if PRODUCTION:
    missing = [f"  {name}: {what}" for name, what in REQUIRED.items() if not env(name, default="")]
    if missing:
        raise ImproperlyConfigured("Production needs these environment variables:\n" + "\n".join(missing))
else:
    VAR_DIR.mkdir(exist_ok=True)


def is_random(key):
    """Whether a key may be one: long, of many different characters, and not the one that stands in this file."""
    return len(key) >= 50 and len(set(key)) >= 10 and key != DEVELOPMENT_KEY


DEVELOPMENT_KEY = "development-only, never in production, and long enough to pass"
DEBUG = env.bool("DEBUG", default=not PRODUCTION)
SECRET_KEY = env("SECRET_KEY", default=DEVELOPMENT_KEY)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
AUDIT_KEY = env("AUDIT_KEY", default=f"the access log of {SECRET_KEY}")
AUDIT_KEY_FALLBACKS = env.list("AUDIT_KEY_FALLBACKS", default=[])  # earlier ones, for what was signed with them
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"])
SITE_URL = env("SITE_URL", default="http://localhost:8000").rstrip("/")
PUBLIC_NAME = env("PUBLIC_NAME", default="Daybook")
PROXIES = env.int("PROXIES", default=0)  # how many proxies of ours a request passes on its way in
if PRODUCTION:
    if DEBUG or not is_random(SECRET_KEY) or not SITE_URL.startswith("https://"):
        raise ImproperlyConfigured(
            "Production needs DEBUG unset, a SECRET_KEY of 50 or more random characters and a SITE_URL with https://."
        )
    if not is_random(AUDIT_KEY) or AUDIT_KEY == SECRET_KEY:
        raise ImproperlyConfigured(
            "Production needs an AUDIT_KEY of 50 or more random characters that is not the SECRET_KEY."
        )
    if "*" in ALLOWED_HOSTS:
        raise ImproperlyConfigured("Production needs ALLOWED_HOSTS to name the hosts; * would let links be forged.")

# What it is made of

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "heroicons",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "staff",
    "patients",
    "interactions",
    "insights",
    "exchange",
    "rehabcrm",
]
MIDDLEWARE = [
    # These three come before what may refuse a request or serve a file, whose answers bear their headers too.
    "staff.headers.HeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "staff.middleware.ClockMiddleware",
    "interactions.middleware.DraftMiddleware",
    "staff.middleware.SessionEndMiddleware",
    "staff.middleware.LentMiddleware",
    "staff.middleware.SiteTimeMiddleware",
    "staff.middleware.AccessLogMiddleware",
    "staff.middleware.DoorMiddleware",
]
ROOT_URLCONF = "rehabcrm.urls"
WSGI_APPLICATION = "rehabcrm.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "staff.context.chrome",
                "patients.context.emergency",
                "interactions.context.troubles",
                "interactions.context.safety",
                "interactions.context.unsaved",
                "patients.context.export",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

# Where rows are kept

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Without IMMEDIATE, two writers at once end in "database is locked".
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "cached_statements": 500,  # a reminder pass asks more than the 128 that Python keeps
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    # Our statements are long and read little: compiling them would take longer than running them.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

BACKUPS_EXPECTED = env.bool("BACKUPS_EXPECTED", default=PRODUCTION)  # told on the pages when there are none
BACKUP_FOLDER = env("BACKUP_FOLDER", default=str(VAR_DIR / "backups"))

# Who signs in

AUTH_USER_MODEL = "staff.StaffMember"
AUTHENTICATION_BACKENDS = ["staff.sign_in.PasswordBackend"]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
PASSWORD_RESET_TIMEOUT = 30 * 60  # seconds that the link of a mail is good for
REQUIRE_SECOND_FACTOR = env.bool("REQUIRE_SECOND_FACTOR", default=PRODUCTION)
OTP_TOTP_ISSUER = PUBLIC_NAME  # what an authenticator on somebody's phone calls it
SHORTEST_PASSWORD = 12 if REQUIRE_SECOND_FACTOR else 15  # NIST SP 800-63B: longer where it stands alone
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": SHORTEST_PASSWORD},
    },
    {"NAME": "staff.passwords.ContextValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# The prefix makes a browser refuse the cookie from another host or without TLS.
SESSION_COOKIE_NAME = "__Host-session" if PRODUCTION else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if PRODUCTION else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "staff.sessions"
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", default=15)  # signed out after a rest this long
SESSION_HOURS = env.int("SESSION_HOURS", default=12)  # and after this long in any case
SESSION_COOKIE_AGE = SESSION_HOURS * 60 * 60
# "Welcome, Dana" stays on the server: the other storage writes it into a cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# What a browser may do

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
# "no-referrer" would make browsers send "Origin: null" with our own forms, which the CSRF check refuses.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SILENCED_SYSTEM_CHECKS = ["security.W021"]  # whether a domain joins the preload list is its owner's choice
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024  # a 1 MiB note in emoji is three times as long when encoded

# Words, days and files

LANGUAGE_CODE = "en-us"
USE_TZ = True
TIME_ZONE = "UTC"  # the zone of a page is that of its site
STATIC_URL = "static/"
STATIC_ROOT = env("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")) if PRODUCTION else None
STATICFILES_DIRS = [BASE_DIR / "static", ("bootstrap", bootstrap_wrapper.get_bootstrap_dir())]
WHITENOISE_USE_FINDERS = not PRODUCTION
if PRODUCTION:
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }

# Mail

vars().update(env.email_url("EMAIL_URL", default=f"filemail://{VAR_DIR / 'mail'}"))
if "EMAIL_URL" not in env.ENVIRON:
    EMAIL_FILE_PATH = str(VAR_DIR / "mail")  # the address loses the first slash
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env("MAIL_FROM", default=f"{PUBLIC_NAME} <daybook@localhost>")

# The alarm clock. The queue is the database; Redis only rings, and losing it loses nothing.

REDIS_URL = env("REDIS_URL", default="redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    "health_check_interval": 25,
}
CELERY_TASK_DEFAULT_QUEUE = env("QUEUE", default="rehabcrm")
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 120
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
PASS_EVERY = env.float("PASS_EVERY", default=30.0)
CELERY_BEAT_SCHEDULE = {
    # A pass that nobody fetched before the next ring is not worth running late.
    "pass": {"task": "interactions.tasks.run_pass", "schedule": PASS_EVERY, "options": {"expires": PASS_EVERY}},
}

# Logs name rows by their ids; outside development an error is told without its words, which may hold values.

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "full": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "bare": {"()": "rehabcrm.logs.BareFormatter"},
    },
    "filters": {"secrets": {"()": "rehabcrm.logs.WithoutSecrets"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "full" if DEBUG else "bare",
            "filters": ["secrets"],
        }
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "staff.seals": {"level": "INFO"},  # what proves later that nothing was cut off: keep these lines elsewhere
    },
}

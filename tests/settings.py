"""The portal's own settings under test: a scratch data folder for each process, and a cheap password hasher."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

for _name in ("SECRET_KEY", "FIELD_KEYS", "ALLOWED_HOSTS", "PUBLIC_URL", "HTTPS", "EMAIL_URL", "MEDIA_STORAGE"):
    os.environ.pop(_name, None)
for _name in (
    "CELERY_BROKER_URL",
    "PORTAL_TODAY",
    "PORTAL_DEBUG",
    "SESSION_MINUTES",
    "LOG_LEVEL",
    "SECOND_FACTOR_REQUIRED",
    "CLAMAV",
):
    os.environ.pop(_name, None)
os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="portal-test-")


def _tidy(owner: int, folder: str) -> None:
    """Remove the scratch folder with the process that made it, not with those it forks."""
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)


atexit.register(_tidy, os.getpid(), os.environ["DATA_DIR"])
os.environ["PORTAL_DEMO"] = "1"
os.environ["PORTAL_DEMO_PASSWORD"] = "haizhi-test-password"
# Playwright keeps an event loop in the main thread, from where tests also use the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

from haizhi_portal.settings import *  # noqa: E402, F403
from haizhi_portal.settings import DATA_DIR, DATABASES, STATIC_ROOT, STORAGES, TEMPLATES  # noqa: E402
from tests.templates import NamesNothing  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
STATIC_ROOT.mkdir()
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = NamesNothing("%s")

_database = DATABASES["default"]
if _database["ENGINE"].endswith("sqlite3"):
    _database["TEST"] = {"NAME": str(Path(DATA_DIR) / "test.sqlite3")}
    _database["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
else:
    _database["CONN_MAX_AGE"] = 0

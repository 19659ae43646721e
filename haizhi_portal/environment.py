"""Settings from the environment, each read once, checked, and explained when it is wrong.

Every reader raises `BadSetting` with the variable's name and what it should be; `settings.py` turns that
into one line on stderr and exit status 2. Nothing here imports Django.
"""

import base64
import binascii
import datetime
import hashlib
import ipaddress
import os
import re
import secrets
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import environ

CHECKOUT = Path(__file__).resolve().parent.parent

# What a production site must say itself. As long as none of them is said, commands on this machine run the demo.
PRODUCTION_SETTINGS = ("SECRET_KEY", "FIELD_KEYS", "ALLOWED_HOSTS", "PUBLIC_URL", "HTTPS")
LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
# The length a Unix socket's address may have on Linux, without its final zero byte.
LONGEST_SOCKET_PATH = 107

_YES = {"1", "true", "yes", "on"}
_NO = {"0", "false", "no", "off"}


class BadSetting(Exception):
    """A variable is missing or malformed; the text is the one line shown to the operator."""

    def __init__(self, name: str, should_be: str) -> None:
        given = os.environ.get(name)
        problem = "is not set" if given is None else "is empty" if not given.strip() else "cannot be used"
        super().__init__(f"{name} {problem}: it should be {should_be}")


def adopt_local_demo() -> None:
    """Turn the demo on unless the environment says anything about a real site. Idempotent.

    Only for commands typed on this machine (`manage.py`, `./portal`); the WSGI and Celery entry points never call it.
    """
    if "PORTAL_DEMO" not in os.environ and not any(name in os.environ for name in PRODUCTION_SETTINGS):
        os.environ["PORTAL_DEMO"] = "1"


def is_loopback(host: str) -> bool:
    """Whether nobody but this machine can reach a server listening on `host`."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, *, default: bool) -> bool:
    value = text(name).lower()
    if not value:
        return default
    if value in _YES:
        return True
    if value in _NO:
        return False
    raise BadSetting(name, "1 or 0")


def whole_number(name: str, *, default: int, low: int, high: int) -> int:
    value = text(name)
    if not value:
        return default
    if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
        raise BadSetting(name, f"a whole number from {low} to {high}")
    return int(value)


def day(name: str) -> datetime.date | None:
    value = text(name)
    if not value:
        return None
    try:
        return datetime.date.fromisoformat(value)
    except ValueError:
        raise BadSetting(name, "a date such as 2027-03-01") from None


def folder(name: str, default: Path) -> Path:
    """An absolute folder; a relative one counts from the current directory, the default is used when empty."""
    value = text(name)
    path = Path(os.path.abspath(Path(value).expanduser())) if value else default
    if path.exists() and not path.is_dir():
        raise BadSetting(name, f"a folder, but {path} is a file")
    return path


def make_folder(name: str, path: Path) -> Path:
    """Create the folder named by a setting, readable by its owner only."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BadSetting(name, f"a folder this user may write to ({path}: {error.strerror})") from None
    if not os.access(path, os.W_OK | os.X_OK):
        raise BadSetting(name, f"a folder this user may write to (no permission for {path})")
    return path


def kept_secret(data_dir: Path, file_name: str, fresh: str) -> str:
    """The secret kept in `DATA_DIR/keys`, written as `fresh` the first time; safe when two processes start at once."""
    keys = make_folder("DATA_DIR", data_dir / "keys")
    target = keys / file_name
    if not target.exists():
        descriptor, draft = tempfile.mkstemp(dir=keys)
        with os.fdopen(descriptor, "w") as file:
            file.write(fresh)
        try:
            os.link(draft, target)
        except FileExistsError:
            pass
        finally:
            os.unlink(draft)
    return target.read_text().strip()


def secret_key(data_dir: Path, *, demo: bool) -> str:
    value = text("SECRET_KEY")
    if not value and demo and "SECRET_KEY" not in os.environ:
        return kept_secret(data_dir, "secret_key", secrets.token_urlsafe(64))
    if len(value) < 50 or len(set(value)) < 5:
        raise BadSetting("SECRET_KEY", "a random string of at least 50 characters")
    return value


def field_keys(data_dir: Path, *, demo: bool) -> list[str]:
    """Keys of encryption at rest, newest first: the first writes, all of them read."""
    value = text("FIELD_KEYS")
    if not value and demo and "FIELD_KEYS" not in os.environ:
        value = kept_secret(data_dir, "field_keys", base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())
    keys = [key.strip() for key in value.split(",") if key.strip()]
    try:
        if not keys or any(len(base64.b64decode(key, altchars=b"-_", validate=True)) != 32 for key in keys):
            raise ValueError
    except (ValueError, binascii.Error):
        raise BadSetting(
            "FIELD_KEYS", "one or more keys of 32 bytes in URL-safe base64, separated by commas, newest first"
        ) from None
    return keys


def demo_password(data_dir: Path, *, demo: bool) -> str:
    """The one password of the demo accounts; empty outside the demo."""
    if not demo:
        return ""
    value = text("PORTAL_DEMO_PASSWORD")
    if not value and "PORTAL_DEMO_PASSWORD" not in os.environ:
        return kept_secret(data_dir, "demo_password", f"haizhi-{secrets.token_hex(5)}")
    if len(value) < 8:
        raise BadSetting("PORTAL_DEMO_PASSWORD", "at least 8 characters")
    return value


def allowed_hosts(*, demo: bool) -> list[str]:
    hosts = [host.strip() for host in text("ALLOWED_HOSTS").split(",") if host.strip()]
    if not hosts and demo and "ALLOWED_HOSTS" not in os.environ:
        return list(LOOPBACK_HOSTS)
    if not hosts or any("/" in host or "*" in host or " " in host for host in hosts):
        raise BadSetting(
            "ALLOWED_HOSTS", "host names separated by commas, such as portal.example.cn, without wildcards"
        )
    return hosts


def public_url(*, demo: bool) -> str:
    """Where readers reach the portal, without the final slash: the start of every link a worker writes."""
    value = text("PUBLIC_URL")
    if not value and demo and "PUBLIC_URL" not in os.environ:
        return "http://127.0.0.1:8000"
    try:
        parts = urlsplit(value)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.query and not parts.fragment
        good = good and parts.path in {"", "/"} and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise BadSetting("PUBLIC_URL", "the portal's own address, such as https://portal.example.cn")
    return value.rstrip("/")


def https(address: str) -> bool:
    """Whether readers come by TLS (ended by a proxy in front); follows PUBLIC_URL unless said."""
    by_address = address.startswith("https://")
    chosen = flag("HTTPS", default=by_address)
    if chosen and not by_address:
        raise BadSetting("HTTPS", "0, or PUBLIC_URL should begin with https://")
    return chosen


def database(data_dir: Path) -> dict[str, Any]:
    """Django's description of the one database."""
    should_be = "postgres://user:password@host:5432/name or sqlite:////absolute/path.sqlite3"
    value = text("DATABASE_URL")
    if not value:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(data_dir / "portal.sqlite3")}
    try:
        parts = urlsplit(value)
        is_file = parts.scheme == "sqlite" and not parts.netloc and parts.path.startswith("//")
        if not is_file and parts.scheme not in {"postgres", "postgresql"}:
            raise ValueError
        found: dict[str, Any] = dict(environ.Env.db_url_config(value))
    except (ValueError, KeyError, environ.ImproperlyConfigured):
        raise BadSetting("DATABASE_URL", should_be) from None
    # A folder of sockets stands percent-encoded where a host name would.
    found["HOST"] = unquote(found.get("HOST") or "")
    if not found.get("NAME"):
        raise BadSetting("DATABASE_URL", should_be)
    return found


def broker_socket(data_dir: Path) -> Path:
    """Where the embedded broker listens; a short private folder when DATA_DIR's path is too long for a socket, or
    holds characters that an address would have to escape.
    """
    path = data_dir / "run" / "broker.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH and re.fullmatch(r"[\w./+-]+", str(path), re.ASCII):
        return path
    digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    return Path("/tmp") / f"portal-{os.getuid()}-{digest}" / "broker.sock"  # noqa: S108


def broker_url(data_dir: Path) -> str:
    value = text("CELERY_BROKER_URL")
    if not value:
        return f"redis+socket://{broker_socket(data_dir)}?virtual_host=2"
    try:
        parts = urlsplit(value)
        good = parts.scheme in {"redis", "rediss"} and bool(parts.hostname) and parts.port != 0
        good = good or (parts.scheme == "redis+socket" and bool(parts.path))
    except ValueError:
        good = False
    if not good:
        raise BadSetting("CELERY_BROKER_URL", "redis://host:6379/0, rediss://… or redis+socket:///path?virtual_host=0")
    return value


def email(data_dir: Path, *, demo: bool) -> dict[str, Any]:
    """Django's EMAIL_* settings; in the demo letters are files in DATA_DIR/mail."""
    should_be = "smtp+tls://user:password@host:587, filemail:///absolute/folder or consolemail://"
    value = text("EMAIL_URL")
    if not value and demo and "EMAIL_URL" not in os.environ:
        value = f"filemail://{data_dir / 'mail'}"
    scheme = value.partition(":")[0]
    if scheme not in {"smtp", "smtps", "smtp+tls", "smtp+ssl", "filemail", "consolemail"}:
        raise BadSetting("EMAIL_URL", should_be)
    try:
        found: dict[str, Any] = {
            key: value
            for key, value in environ.Env.email_url_config(value).items()
            if key.startswith("EMAIL_") and value is not None
        }
    except ValueError:
        raise BadSetting("EMAIL_URL", should_be) from None
    if scheme == "filemail":
        found["EMAIL_FILE_PATH"] = "/" + str(found["EMAIL_FILE_PATH"]).lstrip("/")
    elif scheme.startswith("smtp") and not found.get("EMAIL_HOST"):
        raise BadSetting("EMAIL_URL", should_be)
    return found


def media_folder(data_dir: Path) -> Path:
    """The folder of uploads and documents."""
    value = text("MEDIA_STORAGE")
    path = value.removeprefix("file://")
    if value and ("://" in path or not os.path.isabs(path)):
        raise BadSetting("MEDIA_STORAGE", "an absolute folder, such as /srv/portal/files")
    return Path(path) if value else data_dir / "files"


def clamav() -> str:
    """Where ClamAV's daemon listens; empty when uploads are not scanned."""
    value = text("CLAMAV")
    try:
        parts = urlsplit(value)
        good = parts.scheme == "unix" and not parts.netloc and os.path.isabs(parts.path)
        good = good or (parts.scheme == "tcp" and bool(parts.hostname) and bool(parts.port) and parts.path in {"", "/"})
    except ValueError:
        good = False
    if value and (not good or parts.query or parts.fragment):
        raise BadSetting("CLAMAV", "unix:/run/clamav/clamd.ctl or tcp://host:3310, or unset")
    return value


def business_day(*, demo: bool) -> datetime.date | None:
    """A fixed business date for demonstrations; None means the real one."""
    found = day("PORTAL_TODAY")
    if found and not demo:
        raise BadSetting("PORTAL_TODAY", "unset unless PORTAL_DEMO=1")
    return found


def one_of(name: str, choices: tuple[str, ...], *, default: str) -> str:
    value = text(name, default).upper()
    if value not in choices:
        raise BadSetting(name, f"one of {', '.join(choices)}")
    return value

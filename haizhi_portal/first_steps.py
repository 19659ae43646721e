"""Before the portal answers: schema, static files and, on the very first start of a demo, its data.

Run as a process of its own by the launcher; prints a line per step that had something to do.
"""

import hashlib
import importlib.metadata
import os
import shutil
import sys
from pathlib import Path

from haizhi_portal.environment import CHECKOUT


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "haizhi_portal.settings")
    import django

    django.setup()
    from django.db import DatabaseError, OperationalError

    try:
        _restart_unfinished()
        try:
            _migrate()
        except OperationalError as error:
            raise _Unusable(f"the database cannot be used, look at DATABASE_URL: {_in_one_line(error)}") from error
        except DatabaseError as error:
            raise _Unusable(f"the database could not be brought up to date: {_in_one_line(error)}") from error
        _collect_static_files()
        _demo_data()
    except _Unusable as reason:
        sys.stderr.write(f"haizhi-portal: {reason}\n")
        return 3
    return 0


def _in_one_line(error: Exception) -> str:
    return " ".join(str(error).split())


class _Unusable(Exception):
    """The data cannot be used by this checkout; the text is the line shown."""


def _say(line: str) -> None:
    sys.stderr.write(f"• {line}\n")
    sys.stderr.flush()


def _unfinished() -> Path:
    """Present while the very first start of a demo is filling an empty database."""
    from django.conf import settings

    return Path(settings.DATA_DIR) / "run" / "first-start-unfinished"


def _restart_unfinished() -> None:
    """A first start that was cut short left half of its demo data: begin again. Nobody has worked in it yet."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    if not _unfinished().exists() or not database["ENGINE"].endswith("sqlite3"):
        return
    _say("the first start was interrupted; beginning again with an empty database")
    for suffix in ("", "-wal", "-shm"):
        Path(f"{database['NAME']}{suffix}").unlink(missing_ok=True)
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
    Path(settings.MEDIA_ROOT).mkdir(mode=0o700, parents=True)
    _unfinished().unlink()


def _migrate() -> None:
    """Bring the schema to this checkout's, also over data of an older one; refuse data of a newer one."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    own = {name for name, _ in executor.loader.disk_migrations}
    unknown = [
        key
        for key in executor.loader.applied_migrations
        if key[0] in own and key not in executor.loader.disk_migrations
    ]
    if unknown:
        names = ", ".join(".".join(key) for key in sorted(unknown)[:3])
        raise _Unusable(f"the data were written by a newer version of the portal ({names}): update this checkout")
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        _say(f"database schema: {len(plan)} migrations")
        call_command("migrate", interactive=False, verbosity=0)


def _collect_static_files() -> None:
    from django.conf import settings
    from django.core.management import call_command

    stamp = Path(settings.STATIC_ROOT) / "collected-from"
    wanted = _static_digest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    _say("static files")
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(wanted)


def _static_digest() -> str:
    """Changes whenever a static file of ours, or a package that brings some, does."""
    digest = hashlib.sha256()
    for package in ("Django", "django-bootstrap-static", "whitenoise"):
        digest.update(importlib.metadata.version(package).encode())
    digest.update((CHECKOUT / "haizhi_portal" / "settings.py").read_bytes())
    for path in sorted((CHECKOUT / "static").rglob("*")):
        if path.is_file():
            digest.update(str(path.relative_to(CHECKOUT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _demo_data() -> None:
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.core.management import call_command

    if not settings.PORTAL_DEMO:
        return
    is_empty = not get_user_model().objects.exists()
    if _unfinished().exists() and not is_empty:
        name = settings.DATABASES["default"]["NAME"]
        raise _Unusable(f"the first start was interrupted: empty the database {name} and start again")
    if is_empty:
        _say("demo data of the first start")
        _unfinished().touch()
        call_command("seed_demo")
        _unfinished().unlink()
    _demo_password()


def _demo_password() -> None:
    """Let the demo accounts have the password that will be printed, also when it was changed since the last start."""
    from django.conf import settings

    from haizhi_portal.accounts.actions.demo_password import share_demo_password

    in_use = Path(settings.DATA_DIR) / "keys" / "demo_password_in_use"
    wanted = hashlib.sha256(settings.PORTAL_DEMO_PASSWORD.encode()).hexdigest()
    if not in_use.exists() or in_use.read_text() != wanted:
        share_demo_password(password=settings.PORTAL_DEMO_PASSWORD)
        in_use.touch(mode=0o600)
        in_use.write_text(wanted)


if __name__ == "__main__":
    sys.exit(main())

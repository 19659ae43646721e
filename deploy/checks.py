"""`./portal check`: everything that can be known about the code without running its tests."""

import base64
import os
import secrets
import subprocess
import sys
import tempfile

ROOMS = ["haizhi_portal", "applications", "bases", "evaluations", "resources", "tests", "deploy", "manage.py"]


def main() -> int:
    module = [sys.executable, "-m"]
    manage = [sys.executable, "manage.py"]
    with tempfile.TemporaryDirectory(prefix="portal-check-") as scratch:
        demo = {"PORTAL_DEMO": "1", "DATA_DIR": scratch, "TMPDIR": scratch}
        checks: dict[str, tuple[list[str], dict[str, str]]] = {
            "formatting": ([*module, "ruff", "format", "--check", "--quiet", *ROOMS], {}),
            "linting": ([*module, "ruff", "check", "--quiet", *ROOMS], {}),
            "types": ([*module, "mypy", "--no-error-summary"], demo),
            "import contracts": (
                [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"],
                demo,
            ),
            "migrations in step": ([*manage, "makemigrations", "--check", "--dry-run"], demo),
            "deployment": ([*manage, "check", "--deploy", "--fail-level", "WARNING"], _production(scratch)),
        }
        failed = [name for name, (command, settings) in checks.items() if not _passes(name, command, settings)]
    print(f"\nFAILED: {', '.join(failed)}" if failed else "\nPASSED: all checks", flush=True)
    return 1 if failed else 0


def _passes(name: str, command: list[str], settings: dict[str, str]) -> bool:
    """Run one check; its output is shown only when it fails."""
    done = subprocess.run(command, env=_environment(settings), capture_output=True, text=True, check=False)
    print(f"{'✓' if done.returncode == 0 else '✗'} {name}", flush=True)
    if done.returncode:
        print(done.stdout + done.stderr, flush=True)
    return done.returncode == 0


def _environment(settings: dict[str, str]) -> dict[str, str]:
    """This environment without any portal's settings in it, and these instead."""
    ours = {"DATABASE_URL", "CELERY_BROKER_URL", "SECRET_KEY", "FIELD_KEYS", "ALLOWED_HOSTS", "PUBLIC_URL", "HTTPS"}
    ours |= {"EMAIL_URL", "MEDIA_STORAGE", "PORTAL_DEMO", "PORTAL_DEMO_PASSWORD", "PORTAL_TODAY", "PORTAL_DEBUG"}
    return {name: value for name, value in os.environ.items() if name not in ours} | settings


def _production(scratch: str) -> dict[str, str]:
    """What a real site sets."""
    return {
        "DATA_DIR": scratch,
        "SECRET_KEY": secrets.token_urlsafe(64),
        "FIELD_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "ALLOWED_HOSTS": "portal.example.cn",
        "PUBLIC_URL": "https://portal.example.cn",
        "EMAIL_URL": "smtp+tls://portal:secret@mail.example.cn:587",
    }


if __name__ == "__main__":
    sys.exit(main())

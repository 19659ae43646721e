from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import AppDirectoriesFinder


class ChosenFilesFinder(AppDirectoriesFinder):
    """Static files of installed packages, only those that `STATIC_CHOSEN` names.

    Packages carry whole distributions of which pages use two files; hashing and compressing
    all of them takes minutes.
    """

    def __init__(self, app_names: Iterable[str] | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(list(settings.STATIC_CHOSEN) if app_names is None else app_names, *args, **kwargs)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        for path, storage in super().list(ignore_patterns):
            if self._is_chosen(path):
                yield path, storage

    def find_in_app(self, app: str, path: str) -> Any:
        return super().find_in_app(app, path) if self._is_chosen(path) else None

    def _is_chosen(self, path: str) -> bool:
        return any(fnmatch(path, pattern) for patterns in settings.STATIC_CHOSEN.values() for pattern in patterns)

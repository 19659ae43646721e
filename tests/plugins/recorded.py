"""Watches every test: whatever changes a row of the matter does so in an action that writes into the ledger.

A write is seen where the database sees it, so `QuerySet.update` and raw SQL count as well. The outermost action on the
stack is the one that has to record; what was rolled back changed nothing. A whole run ends with the actions that no
test saw at work, and fails if there are any.
"""

import contextlib
import functools
import importlib.util
import inspect
import json
import os
import pkgutil
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.plugins.suite import SHARED, WHOLE_SUITE, on_sqlite

MATTER = ("applications", "bases", "evaluations", "resources", "scoring", "accounts", "documents", "policy")
ROOMS = ("applications", "bases", "evaluations", "resources", "haizhi_portal")
# Rows that may change silently: they are nobody's fact yet, or follow from something that is recorded when it counts.
SILENT_ROWS = {
    "Filling": "what is being typed",
    "ReviewDraft": "a review not concluded yet",
    "Comment": "a comment before it goes out with a return",
    "ThreadMark": "how far somebody has read",
    "Job": "a print or an export on its way; what leaves is recorded when it is made and fetched",
    "Material": "a file of a draft; what counts is frozen and recorded with the submission",
}
# Actions that may change a row silently.
SILENT_ACTS = {
    "applications.actions.draft.start": "a draft is its unit's own affair until it is submitted",
    "applications.actions.draft.save_section": "what is being typed",
    "applications.actions.draft.take_rows": "what is being typed",
    "applications.actions.certification.save_scores": "a sheet that was not submitted",
    "bases.actions.reports.save_draft": "what is being typed",
    "evaluations.actions.evaluation.score": "a sheet that was not submitted",
    "haizhi_portal.accounts.actions.demo_password.share_demo_password": "accounts of the demonstration alone",
    "haizhi_portal.documents.actions.rendering.attach_rendering": "the file of a document issued before",
    "haizhi_portal.documents.actions.rendering.retry": "another attempt at the file of a document issued before",
}
# Parts of acts, which record for them; tests alone call them by themselves.
PARTS = {
    "applications.actions.seats.take_seat",
    "applications.actions.seats.release_seat",
    "bases.actions.endings.end_unrenewed",
    "bases.actions.terms.attach_approval",
    "bases.actions.terms.note_refusal",
    "bases.actions.terms.note_renewal",
    "haizhi_portal.accounts.actions.users.add_user",
    "haizhi_portal.documents.actions.issue.issue",
    "haizhi_portal.scoring.actions.criteria_for",
    "haizhi_portal.scoring.actions.hand_over_sheet",
    "haizhi_portal.scoring.actions.lock_sheets",
    "haizhi_portal.scoring.actions.open_sheet",
    "haizhi_portal.scoring.actions.save_sheet",
    "haizhi_portal.scoring.actions.submit_sheet",
    "haizhi_portal.scoring.actions.void_sheet",
}
# What stands among the actions and changes nothing: it looks something up for them.
WITHOUT_ROWS = {
    "applications.actions.comments.waiting_comments",
    "applications.actions.comments.with_comments",
    "applications.actions.draft.may_be_added",
    "applications.actions.unfinished.own",
    "applications.actions.viewing.open_viewing",
    "evaluations.actions.assessment.ended_on_if_failed",
    "haizhi_portal.site.actions.figures.can_edit",
    "haizhi_portal.site.actions.figures.changes_of",
}
_WRITE = re.compile(r'(?:INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM) "(\w+)"')
_SAVEPOINT, _BACK_TO = re.compile(r'SAVEPOINT "(\w+)"'), re.compile(r'ROLLBACK TO SAVEPOINT "(\w+)"')
# Columns that are no part of the matter.
_TRACES = re.compile(
    r'UPDATE "accounts_user" SET "last_login"|UPDATE "accounts_invitation" SET "letter_sent_at"'
    r'|UPDATE "accounts_authenticator" SET "(last_step|failures)"'
)
_ACTION = re.compile(r"\.actions(\.|$)")
# A model's, a manager's or a migration's own code writes for whoever calls it.
_MODELS = re.compile(r"\.models(\.|$)|\.migrations\.")


def _tables() -> frozenset[str]:
    rows = [model for label in MATTER for model in apps.get_app_config(label).get_models(include_auto_created=True)]
    return frozenset(model._meta.db_table for model in rows if model.__name__ not in SILENT_ROWS)


def _met_rows(sql: str, context: dict[str, Any]) -> bool:
    """SQLite counts the rows of an INSERT that returns its key only after they have been fetched."""
    return sql.startswith("INSERT") or context["cursor"].rowcount != 0


class Watch:
    """What one test's writes were, action by action."""

    def __init__(self) -> None:
        self.tables = _tables()
        self.found: list[str] = []
        self.action: FrameType | None = None
        self.caller = ""
        self.changed: set[str] = set()
        self.recorded = False
        # How many writes there were, when the action wrote first, and how many there were at each savepoint.
        self.writes = self.first = 0
        self.savepoints: dict[str, int] = {}

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        result = execute(sql, params, many, context)
        if found := _SAVEPOINT.match(sql):
            self.savepoints[found[1]] = self.writes
        elif found := _BACK_TO.match(sql):
            self._back_to(self.savepoints.get(found[1], 0))
        elif (match := _WRITE.match(sql)) and not _TRACES.match(sql) and _met_rows(sql, context):
            self._written(match[1])
        return result

    def _written(self, table: str) -> None:
        self.writes += 1
        action, caller = _outermost_action()
        if action is None:
            if table in self.tables and caller:
                self.found.append(f"{caller} changes {table} outside an action")
            return
        if action is not self.action:
            self.conclude()
            self.action, self.caller, self.first = action, caller, self.writes
        self.recorded |= table == "audit_entry"
        if table in self.tables:
            self.changed.add(table)

    def _back_to(self, writes: int) -> None:
        """All that came after so many writes is undone: the action whole, or a part of it."""
        if self.first > writes:
            self._forget()

    def committed(self) -> None:
        """What the action that has ended did stands, whatever is undone later."""
        if self.action is not None and _outermost_action()[0] is not self.action:
            self.conclude()

    def rolled_back(self) -> None:
        """What the action just ended did is undone."""
        if self.action is not None and _outermost_action()[0] is not self.action:
            self._forget()

    def conclude(self) -> None:
        """Judge the action that has ended."""
        if self.action is not None and self.changed and not self.recorded:
            name = _name(self.action)
            if name not in SILENT_ACTS and (self.caller or name not in PARTS):
                self.found.append(f"{name} changes {', '.join(sorted(self.changed))} and records nothing")
        self._forget()

    def _forget(self) -> None:
        self.action, self.caller, self.changed, self.recorded, self.first = None, "", set(), False, 0


SEEN: set[str] = set()


def _name(frame: FrameType) -> str:
    return f"{frame.f_globals['__name__']}.{frame.f_code.co_name}"


@functools.cache
def _kind(module: str) -> str:
    """What a module's code is to the watch; looked up for every frame of every write."""
    if module.startswith("django.db.migrations"):
        return "migration"
    if module.partition(".")[0] not in ROOMS:
        return ""
    if _ACTION.search(module):
        return "action"
    return "" if _MODELS.search(module) else "own code"


def _outermost_action() -> tuple[FrameType | None, str]:
    """The outermost action on the stack, and the portal's own code that called it or writes without one."""
    action, caller = None, ""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        match _kind(frame.f_globals.get("__name__", "")):
            case "action":
                action, caller = frame, ""
                SEEN.add(_name(frame))
            case "own code" if not caller:
                caller = _name(frame)
            case "migration":
                return None, ""
        frame = frame.f_back
    return action, caller


@pytest.fixture(autouse=True)
def watch(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, _django_db_marker: None) -> Iterator[Watch]:
    """Fails the test that met an action which changed the matter unrecorded, or a change outside any action.

    Set up after the database, so that the last action is judged before the test's own changes are undone.
    """
    if {"db", "transactional_db"} & set(request.fixturenames):
        request.getfixturevalue("_django_db_helper")
    watch = Watch()
    undo, do = BaseDatabaseWrapper._rollback, BaseDatabaseWrapper._commit

    def undone(self: BaseDatabaseWrapper) -> None:
        undo(self)
        watch.rolled_back()

    def done(self: BaseDatabaseWrapper) -> None:
        do(self)
        watch.committed()

    monkeypatch.setattr(BaseDatabaseWrapper, "_rollback", undone)
    monkeypatch.setattr(BaseDatabaseWrapper, "_commit", done)
    with connection.execute_wrapper(watch):
        yield watch
    watch.conclude()
    if watch.found:
        pytest.fail("\n".join(sorted(set(watch.found))), pytrace=False)


def all_acts() -> set[str]:
    """Every public action that somebody does: it takes the actor."""
    found = set()
    for room in apps.get_app_configs():
        if room.name.partition(".")[0] not in ROOMS or not importlib.util.find_spec(f"{room.name}.actions"):
            continue
        top = importlib.import_module(f"{room.name}.actions")
        within = pkgutil.iter_modules(getattr(top, "__path__", []), f"{top.__name__}.")
        for module in (top, *(importlib.import_module(each.name) for each in within)):
            for name, act in inspect.getmembers(module, inspect.isfunction):
                own = act.__module__ == module.__name__ and not name.startswith("_")
                if own and "actor" in inspect.signature(act).parameters:
                    found.add(f"{module.__name__}.{name}")
    return found


def unseen() -> list[str]:
    """What a whole run left unwatched: known once its last pass is over."""
    last = SHARED and not on_sqlite()
    return sorted(all_acts() - SEEN - WITHOUT_ROWS) if WHOLE_SUITE and last else []


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    SEEN.update(getattr(node, "workeroutput", {}).get("acts", ()))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["acts"] = sorted(SEEN)
        return
    if kept := os.environ.get("PORTAL_SEEN"):
        with contextlib.suppress(FileNotFoundError):
            SEEN.update(json.loads(Path(kept).read_text()))
        Path(kept).write_text(json.dumps(sorted(SEEN)))
    if exitstatus == 0 and unseen():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    for act in unseen():
        terminalreporter.write_line(f"ACTION: no test saw {act} at work", red=True)

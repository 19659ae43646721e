from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest

from haizhi_portal.policy.clauses import CLAUSES, NOT_BUILT, citation
from haizhi_portal.policy.verdict import Conflict, RuleViolation, Verdict
from tests.policy.days import d

IDS = [
    "2.1-innovation",
    "2.2-talent",
    "2.3-exchange",
    "2.4-library",
    "2.5-tasks",
    "3.1-applicant",
    "3.1-kinds",
    "3.2-organised",
    "3.2-channels",
    "4.1-annual",
    "4.1-direct",
    "4.1-via-district",
    "4.1-materials",
    "4.1-paper",
    "4.2-cap",
    "4.2-initial",
    "4.2-experts",
    "4.2-yearly",
    "4.3-decision",
    "4.3-award",
    "5.1-guidance",
    "5.2-funding",
    "5.3-quarterly",
    "5.3-annual",
    "5.4-evaluation",
    "5.4.1",
    "5.4.2",
    "5.4.3",
    "5.4.4",
    "5.4.5",
    "5.4.6",
    "5.5-exit",
    "5.6-term",
    "5.6-renewal",
    "5.6-reaward",
]


def test_every_clause_is_registered_once_and_described():
    assert list(CLAUSES) == IDS
    assert all(clause.id == key and clause.title and clause.summary for key, clause in CLAUSES.items())
    assert set(CLAUSES) >= NOT_BUILT


@pytest.mark.parametrize(
    ("clause", "words"),
    [
        ("3.1-kinds", "依据：方案第三条第 1 款"),
        ("3.2-channels", "依据：方案第三条第 2 款第（2）项"),
        ("4.2-cap", "依据：方案第四条第 2 款"),
        ("4.3-award", "依据：方案第四条第 3 款"),
        ("5.4.3", "依据：方案第五条第 4 款第（3）项"),
        ("5.6-renewal", "依据：方案第五条第 6 款"),
    ],
)
def test_citation(clause, words):
    assert citation(clause) == words


def test_citation_of_nothing():
    with pytest.raises(KeyError):
        citation("9.9-nowhere")


def test_a_refusal_says_its_message_then_its_clause():
    refusal = RuleViolation(clause="4.2-cap", message="名额已满。", field="seat", code="full")
    assert str(refusal) == "名额已满。 依据：方案第四条第 2 款"
    assert (refusal.clause, refusal.message, refusal.field, refusal.code) == ("4.2-cap", "名额已满。", "seat", "full")


def test_a_refusal_that_is_not_the_schemes_own_cites_nothing():
    assert str(Conflict(clause="", message="这一页已被他人修改。")) == "这一页已被他人修改。"


def test_a_conflict_is_a_refusal_and_survives_another_process():
    conflict = Conflict(clause="4.2-cap", message="最后一个名额刚被占用。")
    copy = pickle.loads(pickle.dumps(conflict))  # noqa: S301
    assert isinstance(copy, RuleViolation)
    assert (type(copy), str(copy), copy.code) == (Conflict, str(conflict), "conflict")


def test_a_verdict_is_as_true_as_it_allows():
    yes = Verdict.yes("4.2-cap")
    no = Verdict.no("5.6-renewal", "未到时间。", opens_on=d("2028-12-15"), closes_on=d("2029-03-15"))
    assert yes
    assert not no
    assert yes.require() is None
    assert (no.opens_on, no.closes_on) == (d("2028-12-15"), d("2029-03-15"))
    with pytest.raises(RuleViolation, match="未到时间。 依据：方案第五条第 6 款") as caught:
        no.require(field="expires_on", code="closed")
    assert (caught.value.clause, caught.value.field, caught.value.code) == ("5.6-renewal", "expires_on", "closed")


ROOT = Path(__file__).resolve().parents[2]
CITED = re.compile(r"""(?:\bclause=|Verdict\.(?:yes|no)\(\s*|mark\.clause\()["']([^"']*)["']""")


@pytest.mark.parametrize("room", ["haizhi_portal", "applications", "bases", "evaluations", "resources", "tests"])
def test_no_line_cites_a_clause_that_does_not_exist(room):
    cited = {
        (path.relative_to(ROOT).as_posix(), clause)
        for path in (ROOT / room).rglob("*.py")
        for clause in CITED.findall(path.read_text(encoding="utf-8"))
    }
    assert {(path, clause) for path, clause in cited if clause and clause not in CLAUSES} == set()

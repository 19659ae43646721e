"""What a form keeps: imported rows, sources, what is no answer yet, what came late, and what a new draft takes."""

from typing import Any

import pytest

from applications.actions import draft
from applications.actions.carrying import MOST_TYPED, AsTyped, carried_from, carried_on, worth_keeping
from applications.models import Application, Filling
from applications.sections import SECTIONS
from haizhi_portal.audit.actor import Actor
from haizhi_portal.files.tables import MOST_ROWS
from haizhi_portal.policy.verdict import Conflict, RuleViolation
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.1-materials")]
State = Application.State
NONSENSE = AsTyped({"founded_on": ["二〇一〇年"], "business": ["检测"]}, {"founded_on": "请填写日期"})


def unit(application: Application, on: str = "2027-03-10") -> Actor:
    return make.acting(make.applicant_of(application.organisation), on)


def save(application: Application, section: str, as_typed: AsTyped | None = None, **changes: Any) -> Application:
    application.refresh_from_db()
    return draft.save_section(
        actor=unit(application),
        application=application,
        section=section,
        answers={**application.answers.get(section, {}), **changes},
        expected_version=application.version,
        as_typed=as_typed,
    )


def filling(application: Application, section: str) -> Filling:
    return Filling.objects.get(application=application, section=section)


# Rows that come by import ---------------------------------------------------------------------------------------------


def record(number: int) -> dict[str, Any]:
    columns = next(field for field in SECTIONS["overseas"].fields if field.key == "experts").columns
    return make.row(columns) | {"name": f"示例专家{number}"}


def take(application: Application, *numbers: int, replacing: bool = False) -> tuple[int, list[str]]:
    """How many rows were taken, and who stands in the table then."""
    taken = draft.take_rows(
        actor=unit(application),
        application=application,
        section="overseas",
        question="experts",
        rows=[record(number) for number in numbers],
        replacing=replacing,
    )
    application.refresh_from_db()
    return taken, [row["name"] for row in application.answers["overseas"]["experts"]]


def test_rows_go_behind_those_there_once_each_or_in_their_place() -> None:
    application = make.application_begun()
    named = "示例专家{}".format
    assert take(application, 1, 2) == (2, [named(1), named(2)])
    assert take(application, 2, 3, 3) == (1, [named(1), named(2), named(3)])
    assert take(application, 3, 3, 4, replacing=True) == (2, [named(3), named(4)])
    application = save(application, "overseas", contacts="与三家学会有往来")
    assert take(application, 5)[1] == [named(3), named(4), named(5)]
    assert application.answers["overseas"]["contacts"] == "与三家学会有往来"


def test_a_table_takes_a_hundred_rows_and_not_one_more() -> None:
    application = make.application_begun()
    assert take(application, *range(MOST_ROWS - 1))[0] == MOST_ROWS - 1
    before = application.version
    with pytest.raises(RuleViolation) as refused:
        take(application, 500, 501)
    assert (refused.value.field, refused.value.code) == ("text", "too_many_rows")
    assert str(refused.value.message) == (
        f"一张表最多 {MOST_ROWS} 行，现有 {MOST_ROWS - 1} 行，还要导入 2 行；请先删去一些，或选择替换。"
    )
    application.refresh_from_db()
    assert application.version == before
    assert take(application, 500)[0] == 1
    assert take(application, 500)[0] == 0


def test_rows_are_not_taken_into_what_may_not_be_changed() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    before = application.answers
    with pytest.raises(RuleViolation):
        take(application, 1)
    application.refresh_from_db()
    assert application.answers == before


def test_an_import_mends_its_own_table_and_leaves_the_other_mistakes() -> None:
    application = make.application_begun()
    typed = AsTyped(
        {"experts-0-engaged": ["某年"], "agreements-0-until": ["明年"]},
        {"experts": "日期不对", "agreements": "日期不对"},
    )
    save(application, "overseas", typed)
    take(application, 1)
    kept = filling(application, "overseas")
    assert kept.mistakes == {"agreements": "日期不对"}
    assert kept.typed["agreements-0-until"] == ["明年"]
    assert kept.typed["experts-0-name"] == ["示例专家1"]
    assert "某年" not in str(kept.typed)


# Sources, what could not be an answer, what came late -----------------------------------------------------------------


def test_an_answer_loses_its_source_once_it_reads_otherwise() -> None:
    application = make.application_begun()
    application.prefilled = {
        "particulars": {"business": "2026", "director_name": "2026"},
        "channels": {"contact": "2026"},
    }
    application.answers = {
        "particulars": {"business": "检测", "director_name": "周示例"},
        "channels": {"contact": "通过学会"},
    }
    application.save()
    save(application, "particulars", business="检测和认证")
    application.refresh_from_db()
    assert application.prefilled == {"particulars": {"director_name": "2026"}, "channels": {"contact": "2026"}}
    save(application, "channels", contact="通过学会和校友会")
    application.refresh_from_db()
    assert application.prefilled == {"particulars": {"director_name": "2026"}}


def test_the_same_sent_again_is_no_conflict_but_anything_else_is() -> None:
    application = make.application_begun()
    first = application.version

    def again(as_typed: AsTyped | None, **changes: Any) -> int:
        """The edition after the very page of the beginning was sent once more."""
        found = Application.objects.get(pk=application.pk)
        answers = {**found.answers["particulars"], **changes}
        return draft.save_section(
            actor=unit(found),
            application=found,
            section="particulars",
            answers=answers,
            expected_version=first,
            as_typed=as_typed,
        ).version

    saved = save(application, "particulars", NONSENSE, director_post="主任").version
    assert again(NONSENSE) == saved
    for as_typed, changes in (
        (None, {}),
        (AsTyped({**NONSENSE.typed, "founded_on": ["零九年"]}, NONSENSE.mistakes), {}),
        (AsTyped(NONSENSE.typed, {"founded_on": "请填写年月日"}), {}),
        (NONSENSE, {"director_post": "副主任"}),
    ):
        with pytest.raises(Conflict, match="在别处保存过"):
            again(as_typed, **changes)
    assert Application.objects.get(pk=application.pk).version == saved


def test_saving_in_time_again_clears_what_was_put_aside_late() -> None:
    application = make.send_back(
        make.carried_to(State.INITIAL_REVIEW), sections={"particulars": "电话停机"}, on="2027-06-01"
    )
    late = unit(application, "2027-06-16")
    draft.keep_late(
        actor=late,
        application=application,
        section="particulars",
        answers={"contact_mobile": "13900000009"},
        as_typed=NONSENSE,
    )
    kept = filling(application, "particulars")
    assert kept.late["answers"]["contact_mobile"] == "13900000009"  # type: ignore[index]
    assert kept.late_at == late.now
    assert Application.objects.get(pk=application.pk).answers == application.answers
    save(application, "particulars", contact_mobile="13900000008")
    kept = filling(application, "particulars")
    assert (kept.late, kept.late_at) == (None, None)


@pytest.mark.parametrize(
    ("state", "day", "words"),
    [(State.DRAFT, "2027-03-10", "现在可以修改，请直接保存"), (State.APPROVED, "2027-06-27", "已列入认定名单")],
)
def test_nothing_is_put_aside_that_can_be_saved_or_is_of_no_use(state: State, day: str, words: str) -> None:
    application = make.carried_to(state)
    with pytest.raises(RuleViolation, match=words):
        draft.keep_late(
            actor=unit(application, day),
            application=application,
            section="particulars",
            answers={},
            as_typed=AsTyped(),
        )
    assert not Filling.objects.filter(application=application, late__isnull=False).exists()


@pytest.mark.parametrize(("spare", "kept"), [(0, True), (1, False)])
def test_there_is_an_end_to_what_is_kept_as_typed(spare: int, kept: bool) -> None:
    frame = len('{"business": [""]}')
    typed = AsTyped({"business": ["长" * (MOST_TYPED - frame + spare)]}, {"business": "过长"})
    if kept:
        assert worth_keeping(typed) == typed
    else:
        with pytest.raises(RuleViolation, match="内容过长，无法保存"):
            worth_keeping(typed)


def test_without_a_mistake_nothing_is_kept_and_never_a_zero_byte() -> None:
    nothing = AsTyped({}, {})
    assert worth_keeping(None) == worth_keeping(AsTyped({"business": ["检测"]}, {})) == nothing
    assert worth_keeping(AsTyped({"a\x00": ["b\x00c"]}, {"a": "d"})) == AsTyped({"a": ["bc"]}, {"a": "d"})


# What a new draft begins with -----------------------------------------------------------------------------------------


def test_a_new_draft_takes_all_but_the_pledge_late_answers_first() -> None:
    application = make.application_ready()
    save(application, "particulars", NONSENSE)
    save(application, "pledge", AsTyped({"signed_by": ["x" * 300]}, {"signed_by": "过长"}))
    save(application, "channels", AsTyped({"contact": ["旧"]}, {"contact": "过长"}))
    late = {"answers": {"contact": "新"}, "typed": {"contact": ["新"]}, "mistakes": {}}
    Filling.objects.filter(application=application, section="channels").update(late=late, late_at=make.at("2027-05-02"))
    application.refresh_from_db()
    carried = carried_from(application)
    assert set(carried.answers) == set(application.answers) - {"pledge"}
    assert carried.answers["channels"] == {"contact": "新"}
    assert carried.as_typed == {"particulars": NONSENSE}
    assert carried.year == 2027


def test_a_new_draft_shows_what_could_not_be_an_answer_in_the_old_one() -> None:
    owner = make.organisation()
    save(make.application_begun(owner, make.call(2026), on="2026-03-02"), "particulars", NONSENSE, business="检测")
    begun = make.application_begun(owner, make.call(2027), on="2027-03-02")
    kept = filling(begun, "particulars")
    assert (kept.typed, kept.mistakes, kept.saved_at) == (NONSENSE.typed, NONSENSE.mistakes, None)
    assert begun.answers["particulars"]["business"] == "检测"
    assert begun.prefilled["particulars"]["business"] == "2026"  # type: ignore[index]


def test_the_form_has_no_other_sections() -> None:
    application = make.application_begun()
    with pytest.raises(RuleViolation, match="没有这一部分") as refused:
        save(application, "nonsense", anything="x")
    assert refused.value.field == "section"


def test_it_is_the_unit_s_own_and_the_one_touched_last() -> None:
    owner = make.organisation()
    earlier = make.application_begun(owner, make.call(2026), on="2026-03-02")
    later = make.application_begun(owner, make.call(2027), on="2027-03-02")
    make.application_begun(make.organisation(), make.call(2027), on="2027-03-20")
    assert carried_on(owner).year == 2027
    Filling.objects.create(application=earlier, section="channels", saved_at=make.at("2027-03-03"))
    assert carried_on(owner).year == 2026
    Filling.objects.create(
        application=later,
        section="overseas",
        late={"answers": {}, "typed": {}, "mistakes": {}},
        late_at=make.at("2027-05-03"),
    )
    assert carried_on(owner).year == 2027
    assert carried_on(make.organisation()).answers == {}

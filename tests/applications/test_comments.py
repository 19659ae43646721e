"""Comments on a submitted version: who writes, who reads, what goes out and what stays as it was sent."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from applications.actions import comments, pre_review, unfinished, widening
from applications.actions.letters import Letter
from applications.models import Application, Comment, EndorsementLetter, Review, ReviewDraft
from applications.queries import comments_visible_to
from applications.rules import GROUNDS, can_change_comment, can_judge_comment, can_remove_comment
from applications.sections import SECTIONS, open_sections
from applications.sections.targets import is_target, targets
from haizhi_portal.accounts.models import User
from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.models import Entry
from haizhi_portal.policy.clauses import CLAUSES
from haizhi_portal.policy.verdict import RuleViolation, Verdict
from haizhi_portal.policy.words import Role
from tests import factories as make

pytestmark = pytest.mark.django_db
State = Application.State
UNIT, OFFICE = Comment.Audience.UNIT, Comment.Audience.OFFICE
DAY = "2027-05-03"


def say(
    application: Application, by: User, words: str, audience: str = UNIT, place: str = "plan.goals", on: str = DAY
) -> Comment:
    section, _dot, field = place.partition(".")
    return comments.comment(
        actor=make.acting(by, on), application=application, section=section, field=field, words=words, audience=audience
    )


def read_by(person: User) -> set[str]:
    return set(comments_visible_to(person).values_list("words", flat=True))


@pytest.mark.clause("4.1-via-district", "4.2-initial")
def test_who_reads_what_at_every_moment() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    unit, district = make.applicant_of(application.organisation), make.district("210211")
    office = make.user(Role.MUNICIPAL)
    others = [make.district("gaoxin"), make.expert(), make.user(Role.ADMIN)]
    say(application, district, "给单位的话")
    say(application, district, "区里自己的话", OFFICE)
    assert read_by(district) == {"给单位的话", "区里自己的话"}
    assert not any(read_by(each) for each in (unit, office, make.user(Role.AUDITOR), *others))
    application = make.send_back(application, "2027-05-04", sections={"plan": "请改。"})
    make.submit(application, "2027-05-05")
    application.refresh_from_db()
    application = make.endorse(application, "2027-05-06")
    say(application, office, "市科协自己的话", OFFICE, on="2027-05-07")
    assert read_by(unit) == read_by(make.user(Role.AUDITOR)) == {"给单位的话"}
    assert read_by(district) == {"给单位的话", "区里自己的话"}
    assert read_by(office) == read_by(make.user(Role.LEADER)) == {"给单位的话", "市科协自己的话"}
    assert not any(read_by(each) for each in others)


@pytest.mark.clause("4.1-via-district")
def test_a_return_sends_what_waits_and_names_its_sections() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    district = make.district("210211")
    sent, inside = say(application, district, "指标不清"), say(application, district, "先不发", OFFICE)
    gone = say(application, district, "写错了")
    comments.remove_comment(actor=make.acting(district, DAY), comment=gone)
    pre_review.return_for_correction(
        actor=make.acting(district, DAY), application=application, opinion="请补正", sections={}
    )
    review = Review.objects.get()
    assert review.sections == {"plan": "请按 1 条逐项意见修改。"}
    assert list(review.comments.all()) == [sent]
    inside.refresh_from_db()
    assert inside.review_id is None


@pytest.mark.clause("4.1-via-district")
def test_changed_until_sent_by_its_writer_and_never_after() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    district = make.district("210211")
    colleague = make.user(Role.DISTRICT, place="210211", number=2)
    found = say(application, district, "初稿")
    change = {"words": "定稿", "audience": UNIT}
    with pytest.raises(RuleViolation, match="请由本人修改"):
        comments.change_comment(actor=make.acting(colleague, DAY), comment=found, **change)
    later = make.acting(district, make.at(DAY, 15))
    assert comments.change_comment(actor=later, comment=found, words="定稿", audience=OFFICE).words == "定稿"
    found.refresh_from_db()
    assert (found.words, found.audience, found.written_at) == ("定稿", OFFICE, later.now)
    comments.change_comment(actor=make.acting(district, DAY), comment=found, **change)
    with pytest.raises(RuleViolation, match="请写下意见"):
        comments.change_comment(actor=make.acting(district, DAY), comment=found, words=" ", audience=UNIT)
    with pytest.raises(RuleViolation, match="不是本单位写的"):
        comments.remove_comment(actor=make.acting(make.district("gaoxin"), DAY), comment=found)
    make.send_back(application, "2027-05-04")
    for act in (
        lambda: comments.change_comment(actor=make.acting(district, "2027-05-05"), comment=found, **change),
        lambda: comments.remove_comment(actor=make.acting(district, "2027-05-05"), comment=found),
    ):
        with pytest.raises(RuleViolation, match="已随退回发出"):
            act()
    for change_row in (
        lambda: Comment.objects.filter(pk=found.pk).update(words="改写"),
        lambda: Comment.objects.filter(pk=found.pk).update(review=None),
        lambda: Comment.objects.filter(pk=found.pk).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change_row()


@pytest.mark.clause("4.1-materials")
def test_judged_once_a_new_version_came_and_not_before() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    district = make.district("210211")
    found = say(application, district, "指标不清")
    judge = {"comment": found, "verdict": "mended"}
    with pytest.raises(RuleViolation, match="还没有发出"):
        comments.judge_comment(actor=make.acting(district, DAY), **judge)
    application = make.send_back(application, "2027-05-04")
    with pytest.raises(RuleViolation, match="不能办理这一步"):
        comments.judge_comment(actor=make.acting(district, "2027-05-05"), **judge)
    make.submit(application, "2027-05-06")
    with pytest.raises(RuleViolation, match="请选择"):
        comments.judge_comment(actor=make.acting(district, "2027-05-07"), comment=found, verdict="perhaps")
    for verdict, day in (("stands", "2027-05-07"), ("mended", "2027-05-08")):
        actor = make.acting(district, day)
        comments.judge_comment(actor=actor, comment=found, verdict=verdict)
        found.refresh_from_db()
        assert (found.verdict, found.judged_at, found.judged_by) == (verdict, actor.now, district)
        entry = Entry.objects.filter(event="application.comment_judged").latest("seq")
        assert (entry.object, entry.data) == (
            f"application:{application.number}",
            {"comment": found.public_id, "verdict": verdict},
        )


@pytest.mark.clause("4.1-materials", "4.1-via-district")
def test_who_may_do_what_with_a_comment_at_every_moment() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    writer, other, office = make.district("210211"), make.district("gaoxin"), make.user(Role.MUNICIPAL)
    colleague = make.user(Role.DISTRICT, place="210211", number=2)
    found = say(application, writer, "指标不清")
    not_theirs, not_written = "这项申报不在您的办理范围内。", "这条意见不是本单位写的。"

    def answers(rule: Callable[[Actor, Comment], Verdict], day: str, **facts: object) -> list[str]:
        row = Comment.objects.select_related("application__call", "submission", "written_by").get(pk=found.pk)
        for name, value in facts.items():
            setattr(row, name, value)
        return [rule(make.acting(each, day), row).reason for each in (writer, colleague, other, office)]

    by_writer = f"这条意见由{writer.name}写，请由本人修改。"
    assert answers(can_change_comment, DAY) == ["", by_writer, not_written, not_written]
    assert answers(can_remove_comment, DAY) == ["", "", not_written, not_written]
    assert answers(can_change_comment, DAY, removed_at=make.at(DAY)) == ["这条意见已经删除。"] * 4
    waiting, unsent = (
        "这项申报现在是“辖区审核中”，不能办理这一步；请刷新页面看最新进展。",
        "这条意见还没有发出，不能核对。",
    )
    assert answers(can_judge_comment, DAY) == [unsent, unsent, not_theirs, waiting]
    application = make.send_back(application, "2027-05-04")
    sent, back = "这条意见已随退回发出，不能再改。", waiting.replace("辖区审核中", "辖区退回修改")
    assert answers(can_change_comment, "2027-05-05") == answers(can_remove_comment, "2027-05-05") == [sent] * 4
    assert answers(can_judge_comment, "2027-05-05") == [back, back, not_theirs, back]
    make.submit(application, "2027-05-06")
    assert answers(can_judge_comment, "2027-05-07") == ["", "", not_theirs, waiting]
    on_this_version = application.submissions.get(version=2)
    nothing_new = "申报单位还没有提交新的一版，不能核对。"
    assert answers(can_judge_comment, "2027-05-07", submission=on_this_version)[:2] == [nothing_new] * 2
    # What another body wrote before it was handed over, and what the office wrote, is not the district's to judge.
    assert answers(can_judge_comment, "2027-05-07", body=other.reviewing_body)[:2] == [not_written] * 2
    assert answers(can_judge_comment, "2027-05-07", stage=Review.Stage.INITIAL)[:2] == [not_written] * 2
    application.refresh_from_db()
    make.endorse(application, "2027-05-08")
    later = waiting.replace("辖区审核中", "市科协初审中")
    assert answers(can_judge_comment, "2027-05-09") == [later, later, not_theirs, ""]


@pytest.mark.clause("4.2-initial")
def test_further_sections_open_while_the_application_is_out() -> None:
    application = make.carried_to(State.DISTRICT_RETURNED)
    district, day = make.district("210211"), date(2027, 5, 3)
    say(application, district, "这里也要改", place="channels.platform")
    widening.widen_correction(
        actor=make.acting(district, day), application=application, sections={"pledge": "请重签。"}, opinion="应单位请求"
    )
    assert open_sections(application, day) == {"plan", "channels", "pledge"}
    assert "这里也要改" in read_by(make.applicant_of(application.organisation))
    assert Application.objects.get().correct_by == application.correct_by
    with pytest.raises(RuleViolation, match="至少写明一个"):
        widening.widen_correction(
            actor=make.acting(district, day), application=application, sections={}, opinion="再加"
        )
    assert application.correct_by is not None
    over = application.correct_by + timedelta(days=1)
    with pytest.raises(RuleViolation, match="先延长补正期限"):
        widening.widen_correction(
            actor=make.acting(district, over), application=application, sections={"pledge": "请重签。"}, opinion="晚了"
        )


@pytest.mark.clause("4.1-materials")
@pytest.mark.once
def test_everything_the_form_asks_can_be_spoken_about() -> None:
    for section in SECTIONS:
        assert is_target(section, "")
        assert all(is_target(section, field) for field in targets(section))
        assert targets(section)
    assert not is_target("nothing", "")
    assert not is_target("plan", "nothing")


@pytest.mark.clause("3.2-organised", "4.2-initial")
def test_a_refusal_rests_on_a_clause_of_what_is_asked_of_applicants() -> None:
    assert set(GROUNDS) <= set(CLAUSES)
    application = make.carried_to(State.DISTRICT_REVIEW)
    actor = make.acting(make.district("210211"), DAY)
    with pytest.raises(RuleViolation) as refused:
        pre_review.decline(actor=actor, application=application, reason="理由", clause="5.5-exit")
    assert refused.value.field == "clause"
    pre_review.decline(actor=actor, application=application, reason="没有场地", clause="3.2-organised")
    assert Review.objects.get().clause == "3.2-organised"
    assert Entry.objects.get(event="application.declined").clause == "3.2-organised"


@pytest.mark.clause("4.1-via-district")
@pytest.mark.parametrize(
    ("number", "day", "field"),
    [
        ("甘科协发〔2027〕5号", None, "letter_on"),
        ("", date(2027, 5, 1), "letter_number"),
        ("甘科协发〔2027〕5号", date(2027, 5, 4), "letter_on"),
        ("甘科协发〔2027〕5号", date(2027, 5, 3), None),
        ("", None, None),
    ],
)
def test_the_district_s_letter_has_number_and_day_or_neither(number: str, day: date | None, field: str | None) -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    given = {
        "actor": make.acting(make.district("210211"), DAY),
        "application": application,
        "opinion": "同意",
        "checks": make.all_checked(),
        "letter": Letter(number, day),
    }
    if field:
        with pytest.raises(RuleViolation) as refused:
            pre_review.endorse(**given)
        assert refused.value.field == field
        return
    pre_review.endorse(**given)
    assert list(EndorsementLetter.objects.values_list("number", "dated_on")) == ([(number, day)] if number else [])


@pytest.mark.clause("4.1-via-district", "3.2-organised")
def test_a_check_that_does_not_apply_passes_only_where_it_may_not_apply() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    actor = make.acting(make.district("210211"), DAY)
    with pytest.raises(RuleViolation, match="办公场地"):
        pre_review.endorse(
            actor=actor, application=application, opinion="", checks={**make.all_checked(), "premises": None}
        )
    checks = {**make.all_checked(), "overseas_contacts": None}
    pre_review.endorse(actor=actor, application=application, opinion="", checks=checks, notes={"premises": "现场看过"})
    assert Review.objects.get().notes == {"premises": "现场看过"}


@pytest.mark.clause("4.1-via-district")
def test_an_unfinished_review_is_one_person_s_and_ends_with_the_conclusion() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    district, colleague = make.district("210211"), make.user(Role.DISTRICT, place="210211", number=2)
    for person in (district, colleague, district):
        unfinished.keep_review(
            actor=make.acting(person, DAY),
            application=application,
            version=1,
            filled={"opinion": f"写到一半\x00{person.username}\ud800"},
        )
    assert ReviewDraft.objects.count() == 2
    assert ReviewDraft.objects.get(person=district).filled == {"opinion": f"写到一半{district.username}"}
    make.endorse(application, DAY)
    assert [each.person for each in ReviewDraft.objects.all()] == [colleague]
    with pytest.raises(RuleViolation):
        unfinished.keep_review(actor=make.acting(district, DAY), application=application, version=1, filled={})


@pytest.mark.clause("4.1-via-district")
def test_one_district_never_reads_what_another_wrote_for_itself() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    first, second = make.district("210211"), make.district("gaoxin")
    say(application, first, "先收到的区自己的话", OFFICE)
    say(application, first, "先收到的区想对单位说的话")
    pre_review.hand_on(
        actor=make.acting(first, "2027-05-04"), application=application, route="gaoxin", reason="实际在高新区"
    )
    say(application, second, "后来的区自己的话", OFFICE, on="2027-05-05")
    assert read_by(second) == {"后来的区自己的话"}
    assert read_by(first) == set()  # who handed it on sees its own act and no more
    assert read_by(make.user(Role.MUNICIPAL)) == read_by(make.applicant_of(application.organisation)) == set()


@pytest.mark.clause("4.1-materials", "4.1-via-district")
def test_nobody_else_comments_and_nothing_that_the_form_does_not_ask() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    for stranger in (
        make.applicant_of(application.organisation),
        make.district("gaoxin"),
        make.user(Role.MUNICIPAL),
        make.user(Role.AUDITOR),
    ):
        with pytest.raises(RuleViolation):
            say(application, stranger, "不该写的话")
    for place in ("nothing", "plan.nothing"):
        with pytest.raises(RuleViolation) as refused:
            say(application, make.district("210211"), "没有这一问", place=place)
        assert refused.value.field == "section"
    assert not Comment.objects.exists()


@pytest.mark.clause("4.1-via-district")
def test_a_return_sends_only_what_this_district_wrote() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    first, second = make.district("210211"), make.district("gaoxin")
    unsent = say(application, first, "先收到的区的话", place="channels.platform")
    pre_review.hand_on(
        actor=make.acting(first, "2027-05-04"), application=application, route="gaoxin", reason="实际在高新区"
    )
    sent = say(application, second, "后来的区的话", on="2027-05-05")
    pre_review.return_for_correction(
        actor=make.acting(second, "2027-05-05"), application=application, opinion="请补正", sections={}
    )
    review = Review.objects.get()
    assert (review.sections, list(review.comments.all())) == ({"plan": "请按 1 条逐项意见修改。"}, [sent])
    unsent.refresh_from_db()
    assert unsent.review_id is None


@pytest.mark.clause("4.1-via-district")
def test_the_scan_of_an_unfinished_endorsement_is_kept_and_left_out_by_who_reviews() -> None:
    application, other = (make.carried_to(State.DISTRICT_REVIEW) for _each in range(2))
    district = make.district("210211")
    actor = make.acting(district, DAY)
    kept = unfinished.keep_scan(actor=actor, application=application, upload=make.upload("审核意见.pdf"))
    kept.refresh_from_db()
    assert (kept.scan and kept.scan.name, kept.person, kept.version) == ("审核意见.pdf", district, 1)
    unfinished.keep_review(actor=actor, application=other, version=1, filled={"opinion": "写到一半"})
    for stranger in (make.district("gaoxin"), make.applicant_of(application.organisation)):
        for act in (
            lambda stranger=stranger: unfinished.keep_scan(
                actor=make.acting(stranger, DAY), application=application, upload=make.upload()
            ),
            lambda stranger=stranger: unfinished.drop_scan(actor=make.acting(stranger, DAY), application=application),
        ):
            with pytest.raises(RuleViolation):
                act()
    assert [(each.application, bool(each.scan)) for each in ReviewDraft.objects.order_by("pk")] == [
        (application, True),
        (other, False),
    ]
    unfinished.drop_scan(actor=actor, application=application)
    kept.refresh_from_db()
    assert kept.scan is None
    make.endorse(application, DAY)
    assert [each.application for each in ReviewDraft.objects.all()] == [other]


@pytest.mark.clause("4.2-initial")
def test_widening_adds_words_to_those_there_and_blank_ones_name_nothing() -> None:
    application = make.carried_to(State.DISTRICT_RETURNED)
    before = Review.objects.get().sections["plan"]
    actor = make.acting(make.district("210211"), date(2027, 5, 3))
    with pytest.raises(RuleViolation, match="至少写明一个"):
        widening.widen_correction(actor=actor, application=application, sections={"pledge": "  "}, opinion="再加")
    widening.widen_correction(
        actor=actor,
        application=application,
        sections={"plan": " 年度指标也补上。 ", "pledge": " ", "channels": "补充 "},
        opinion=" 应单位请求 ",
    )
    review = Review.objects.latest("pk")
    assert review.sections == {"plan": f"{before}\n年度指标也补上。", "channels": "补充"}
    assert review.opinion == "应单位请求"
    entry = Entry.objects.latest("seq")
    assert (entry.event, entry.data) == ("application.correction_widened", {"sections": ["channels", "plan"]})

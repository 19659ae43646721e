"""What is typed is kept: by section, with its mistakes, against the clock, and never over a colleague's words."""

from typing import Any

import pytest

from applications.actions import draft
from applications.actions.carrying import MOST_TYPED, AsTyped
from applications.models import Application
from applications.sections import missing
from haizhi_portal.policy.verdict import Conflict, RuleViolation
from tests import factories as make
from tests.applications_pages.kit import TYPED, State, applicant, on, signed_in, text, url
from tests.plugins.pages import StrictClient

pytestmark = pytest.mark.django_db
DAY = "2027-03-10"
SCRIPT = {"Accept": "application/json"}


def autosave(client: StrictClient, application: Application, section: str, **typed: Any) -> Any:
    """What the page itself sends while somebody types."""
    return client.post(url("section", application.number, section), typed, headers=SCRIPT)


def test_the_page_saves_by_itself_and_learns_the_new_edition() -> None:
    application = make.application_begun()
    with on(DAY, 14, 3):
        client = signed_in(applicant(application))
        answer = autosave(client, application, "overseas", contacts=TYPED, version=1)
    assert answer.status_code == 200
    assert answer.json() == {"outcome": "saved", "version": 2, "said": "已自动保存 14:03", "mistakes": {}}
    application.refresh_from_db()
    assert application.answers["overseas"]["contacts"] == TYPED


def test_two_people_in_different_sections_do_not_meet() -> None:
    application = make.application_begun()
    with on(DAY):
        client = signed_in(applicant(application))
        assert autosave(client, application, "overseas", contacts="甲", version=1).json()["version"] == 2
        assert autosave(client, application, "plan", purpose="乙", version=1).json()["version"] == 3
        clash = autosave(client, application, "overseas", contacts="丙", version=1)
    assert clash.status_code == 409
    assert clash.json()["outcome"] == "stale"
    application.refresh_from_db()
    assert (application.answers["overseas"]["contacts"], application.answers["plan"]["purpose"]) == ("甲", "<p>乙</p>")


def test_the_button_pressed_after_the_page_saved_the_same_meets_nobody() -> None:
    application = make.application_begun()
    with on(DAY):
        client = signed_in(applicant(application))
        assert autosave(client, application, "overseas", contacts=TYPED, version=1).status_code == 200
        pressed = client.post(url("section", application.number, "overseas"), {"contacts": TYPED, "version": 1})
    assert pressed.status_code == 302
    application.refresh_from_db()
    assert (application.answers["overseas"]["contacts"], application.version) == (TYPED, 2)


@pytest.mark.parametrize("version", [0, 2, 2**31 - 1, -1])
def test_an_edition_that_never_was_overwrites_nothing(version: int) -> None:
    application = make.application_begun()
    with pytest.raises(Conflict), on(DAY):
        draft.save_section(
            actor=make.acting(applicant(application), DAY),
            application=application,
            section="overseas",
            answers={"contacts": "x"},
            expected_version=version,
        )


def test_each_difference_is_decided_on_its_own() -> None:
    application = make.application_begun()
    with on(DAY):
        client = signed_in(applicant(application))
        address = url("section", application.number, "overseas")
        autosave(client, application, "overseas", contacts="别处一", projects="别处二", version=1)
        clash = client.post(address, {"contacts": "此处一", "projects": "此处二", "version": 1})
        assert clash.status_code == 409
        for words in ("别处一", "别处二", "此处一", "此处二", 'name="adopt-contacts"', 'name="adopt-projects"'):
            assert words in text(clash)
        chosen = {"contacts": "此处一", "projects": "此处二", "version": 2, "adopt-projects": "theirs"}
        assert client.post(address, chosen).status_code == 302
    application.refresh_from_db()
    saved = application.answers["overseas"]
    assert (saved["contacts"], saved["projects"]) == ("此处一", "别处二")


def test_comparing_shows_both_and_saves_nothing() -> None:
    application = make.application_begun()
    with on(DAY):
        client = signed_in(applicant(application))
        autosave(client, application, "overseas", contacts="已保存", version=1)
        address = url("section", application.number, "overseas")
        shown = client.post(address, {"contacts": "本机", "version": 1, "compare": "1"})
        same = client.post(address, {"contacts": "已保存", "version": 1, "compare": "1"})
    assert shown.status_code == 200
    assert "已保存" in text(shown)
    assert "本机" in text(shown)
    assert ['data-autosave="waiting"' in text(each) for each in (shown, same)] == [True, True]
    equal = "本机的内容与已保存的相同，不需要处理。"
    assert (equal in text(shown), equal in text(same)) == (False, True)
    application.refresh_from_db()
    assert application.answers["overseas"]["contacts"] == "已保存"


MISTAKES = [
    ("particulars", {"contact_email": "a@@b"}, "联系人电子邮箱"),
    ("particulars", {"founded_on": "昨天"}, "成立日期"),
    ("particulars", {"employees": "很多"}, "职工人数"),
    ("channels", {"contact": "长" * 2001}, "与海外科技团体和科技工作者的联系渠道"),
]


@pytest.mark.clause("4.1-materials")
@pytest.mark.parametrize(("section", "typed", "label"), MISTAKES)
def test_what_cannot_be_an_answer_is_kept_as_it_was_typed(section: str, typed: dict[str, str], label: str) -> None:
    application = make.application_ready()
    with on(DAY):
        client = signed_in(applicant(application))
        answer = autosave(client, application, section, **typed, version=application.version)
        assert answer.status_code == 200
        assert list(answer.json()["mistakes"]) == list(typed)
        assert "1 处填写有误，已原样保留" in answer.json()["said"]
        back = client.get(url("section", application.number, section))
        assert back.status_code == 200
        assert next(iter(typed.values())) in text(back)
        assert f'href="#id_{next(iter(typed))}"' in text(back)
        lacking = [each.text for each in missing(application, make.at(DAY).date())]
        assert any(words.startswith(f"请改正“{label}") for words in lacking)
        refused = client.post(url("submit", application.number))
        assert refused.status_code == 422
    application.refresh_from_db()
    assert application.state == State.DRAFT


def test_a_mistake_mended_is_forgotten() -> None:
    application = make.application_begun()
    with on(DAY):
        client = signed_in(applicant(application))
        autosave(client, application, "particulars", contact_email="a@@b", version=1)
        autosave(client, application, "particulars", contact_email="a@example.org", version=2)
    filling = application.fillings.get()
    assert (filling.typed, filling.mistakes) == ({}, {})
    application.refresh_from_db()
    assert application.answers["particulars"]["contact_email"] == "a@example.org"


def test_the_button_keeps_mistakes_too() -> None:
    application = make.application_begun()
    with on(DAY):
        client = signed_in(applicant(application))
        address = url("section", application.number, "particulars")
        refused = client.post(address, {"version": 1, "employees": "很多", "director_name": TYPED})
        assert refused.status_code == 422
        assert 'name="version" value="2"' in text(refused)
        assert "很多" in text(client.get(address))
    application.refresh_from_db()
    assert application.answers["particulars"]["director_name"] == TYPED


@pytest.mark.parametrize("typed", ["\x00零字节", "😀" * 3000, "<script>alert(1)</script>" * 200])
def test_hostile_words_are_kept_without_harm(typed: str) -> None:
    application = make.application_begun()
    with on(DAY):
        client = signed_in(applicant(application))
        answer = autosave(client, application, "channels", contact=typed, version=1)
        assert answer.status_code == 200
        assert client.get(url("section", application.number, "channels")).status_code == 200
    assert application.fillings.get().typed["contact"] == [typed.replace("\x00", "")]


def test_more_than_any_answer_could_be_is_refused_with_the_way_out() -> None:
    application = make.application_begun()
    with on(DAY):
        client = signed_in(applicant(application))
        answer = autosave(client, application, "channels", contact="长" * MOST_TYPED, version=1)
    assert answer.status_code == 422
    assert "请先删减到字数限制以内" in answer.json()["said"]


def test_an_emoji_and_a_line_break_count_once_each() -> None:
    application = make.application_begun()
    with on(DAY):
        client = signed_in(applicant(application))
        words = "😀" * 1998 + "\r\n" + "末"
        answer = autosave(client, application, "channels", contact=words, version=1)
    assert answer.json()["mistakes"] == {}
    application.refresh_from_db()
    assert len(application.answers["channels"]["contact"]) == 2000


def test_who_was_signed_out_is_told_so_and_nobody_is_sent_astray() -> None:
    application = make.application_begun()
    client = StrictClient()
    answer = autosave(client, application, "overseas", contacts=TYPED, version=1)
    assert (answer.status_code, answer.json()) == (401, {"outcome": "signed_out"})
    state = client.get(url("section_state", application.number, "overseas"), headers=SCRIPT)
    assert state.status_code == 401


def test_an_open_page_learns_who_saved_and_when() -> None:
    application = make.application_begun()
    person = applicant(application)
    with on(DAY, 14, 5):
        client = signed_in(person)
        address = url("section_state", application.number, "overseas")
        assert client.get(address).json()["version"] == 1
        autosave(client, application, "overseas", contacts=TYPED, version=1)
        state = client.get(address).json()
        other = client.get(url("section_state", application.number, "plan")).json()
    assert (state["person"], state["version"], state["saved"]) == (person.public_id, 2, "您在别处 14:05 保存的")
    assert len(state["token"]) == 64
    assert other["version"] == 1


def test_a_stranger_learns_nothing() -> None:
    application, other = make.application_begun(), make.organisation(place="210212")
    with on(DAY):
        client = signed_in(make.applicant_of(other))
        assert client.get(url("section_state", application.number, "overseas")).status_code == 404
        assert autosave(client, application, "overseas", contacts="x", version=1).status_code == 404


def test_only_what_belongs_to_the_form_is_kept_late() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    with pytest.raises(RuleViolation), on(DAY):
        draft.keep_late(
            actor=make.acting(applicant(application), DAY),
            application=application,
            section="nothing",
            answers={},
            as_typed=AsTyped(),
        )

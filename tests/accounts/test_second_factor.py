"""The second step of signing in: no door leads around it, no code works twice, and nobody is shut out for good."""

import re
import threading
from base64 import b32decode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.tokens import default_token_generator
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client
from django_otp.oath import TOTP

from haizhi_portal.accounts.actions.second_factor import (
    end_other_sign_ins,
    enrol,
    remove,
    renew_recovery_codes,
    reset_second_factor,
    verify,
)
from haizhi_portal.accounts.models import Authenticator, RecoveryCode, User
from haizhi_portal.accounts.second_factor import (
    can_reset,
    is_required,
    matching_step,
    new_secret,
    passed,
    secret_of,
    still_to_do,
)
from haizhi_portal.audit.models import Entry
from haizhi_portal.notifications.models import Message
from haizhi_portal.policy.verdict import Conflict, RuleViolation
from haizhi_portal.policy.words import Role
from tests.accounts.people import PASSWORD, acting, place, registered, staff
from tests.plugins.pages import StrictClient

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 15, 4, 0, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
LOGIN, STEP, ENROL = "/accounts/login/", "/accounts/second-factor/", "/accounts/second-factor/enrol/"


def code_at(at: datetime, secret: str = SECRET) -> str:
    clock = TOTP(b32decode(secret))
    clock.time = at.timestamp()
    return f"{clock.token():06d}"


def enrolled(user: User, at: datetime = NOW) -> list[str]:
    """The person with an authenticator; its recovery codes. The first code of that moment is used up."""
    codes = enrol(actor=acting(user), secret=SECRET, code=code_at(at), at=at)
    user.refresh_from_db()
    return codes


def given(user: User, code: str, at: datetime) -> bool:
    try:
        verify(actor=acting(user), code=code, at=at)
    except RuleViolation:
        return False
    return True


@pytest.fixture
def noon() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def required(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True


# Codes --------------------------------------------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.parametrize(
    ("seconds", "works"), [(-61, False), (-30, True), (0, True), (30, True), (59, True), (61, False), (90, False)]
)
def test_a_code_is_good_for_its_half_minute_and_the_two_beside_it(seconds: int, works: bool) -> None:
    assert (matching_step(SECRET, code_at(NOW), NOW + timedelta(seconds=seconds)) is not None) is works


@pytest.mark.once
@pytest.mark.parametrize(
    "code", ["", "12345", "1234567", "abcdef", "-12345", "１２３", "²³⁴⁵⁶⁷x", "\x00" * 6, "9" * 60]
)
def test_what_is_no_code_matches_nothing(code: str) -> None:
    assert matching_step(SECRET, code, NOW) is None


def test_full_width_digits_and_a_space_are_understood() -> None:
    code = code_at(NOW)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    assert matching_step(SECRET, f" {wide[:3]} {wide[3:]} ", NOW) is not None


def test_a_code_works_once_and_neither_do_earlier_ones() -> None:
    user = staff(Role.MUNICIPAL)
    enrolled(user)
    assert not given(user, code_at(NOW), NOW)
    later = NOW + timedelta(minutes=2)
    assert given(user, code_at(later), later)
    assert not given(user, code_at(later), later)
    assert not given(user, code_at(later - timedelta(seconds=30)), later)


def test_a_recovery_code_works_once_however_it_is_typed() -> None:
    user = staff(Role.MUNICIPAL)
    codes = enrolled(user)
    assert len(set(codes)) == 10
    assert not RecoveryCode.objects.filter(digest__in=codes).exists()
    assert given(user, f" {codes[0].lower().replace('-', ' ')} ", NOW)
    assert not given(user, codes[0], NOW)
    assert Entry.objects.filter(event="user.recovery_code_used").count() == 1
    assert not given(staff(Role.LEADER), codes[1], NOW)


def test_five_wrong_codes_pause_for_a_quarter_of_an_hour() -> None:
    user = staff(Role.MUNICIPAL)
    codes = enrolled(user)
    assert not any(given(user, "000000", NOW) for _ in range(5))
    assert Entry.objects.filter(event="user.second_factor_paused").count() == 1
    inside, after = NOW + timedelta(minutes=15, seconds=-1), NOW + timedelta(minutes=15)
    with pytest.raises(RuleViolation, match="请在 1 分钟后再试"):
        verify(actor=acting(user), code=code_at(inside), at=inside)
    assert not given(user, codes[0], inside)
    assert not given(user, "000000", after)
    assert given(user, code_at(after), after)
    assert Authenticator.objects.get().failures == 0


def test_the_secret_is_sealed_at_rest() -> None:
    enrolled(staff(Role.MUNICIPAL))
    row = Authenticator.objects.get()
    assert SECRET not in row.sealed_secret
    assert secret_of(row) == SECRET


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_one_code_sent_by_eight_at_once_opens_once() -> None:
    user = staff(Role.MUNICIPAL)
    codes = enrolled(user)
    later = NOW + timedelta(minutes=2)
    for code in (code_at(later), codes[0]):
        ready = threading.Barrier(4)
        opened: list[bool] = []

        def attempt(code: str = code, ready: Any = ready, opened: list[bool] = opened) -> None:
            try:
                ready.wait(timeout=30)
                opened.append(given(user, code, later))
            finally:
                connections.close_all()

        threads = [threading.Thread(target=attempt) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        assert sorted(opened) == [False, False, False, True]


# Enrolling, renewing, giving up, resetting --------------------------------------------------------------------------


def test_enrolling_needs_the_right_code_and_happens_once() -> None:
    user = staff(Role.EXPERT)
    with pytest.raises(RuleViolation, match="验证码不对"):
        enrol(actor=acting(user), secret=SECRET, code="000000", at=NOW)
    enrolled(user)
    with pytest.raises(Conflict, match="已经开启"):
        enrol(actor=acting(user), secret=new_secret(), code="000000", at=NOW)


def test_renewing_makes_the_old_codes_worthless() -> None:
    user = staff(Role.MUNICIPAL)
    old = enrolled(user)
    with pytest.raises(RuleViolation):
        renew_recovery_codes(actor=acting(user), code="000000", at=NOW)
    new = renew_recovery_codes(actor=acting(user), code=old[0], at=NOW)
    assert not given(user, old[1], NOW)
    assert given(user, new[0], NOW)


def test_giving_up_needs_a_code_and_leaves_nothing() -> None:
    user = staff(Role.MUNICIPAL)
    codes = enrolled(user)
    with pytest.raises(RuleViolation):
        remove(actor=acting(user), code="000000", at=NOW)
    remove(actor=acting(user), code=codes[0], at=NOW)
    user.refresh_from_db()
    assert (user.second_factor, Authenticator.objects.count(), RecoveryCode.objects.count()) == ("", 0, 0)


def test_one_s_authenticator_is_one_s_own_and_one_is_told_what_becomes_of_it() -> None:
    one, two = staff(Role.MUNICIPAL, "one"), staff(Role.LEADER, "two")
    other_secret = SECRET[::-1]
    codes = enrolled(one)
    others = enrol(actor=acting(two), secret=other_secret, code=code_at(NOW, other_secret), at=NOW)
    two.refresh_from_db()
    later = NOW + timedelta(minutes=2)
    assert not given(one, code_at(later, other_secret), later)
    assert not given(two, code_at(later), later)
    assert not given(two, codes[0], later)
    assert given(one, code_at(later), later)
    assert given(two, code_at(later, other_secret), later)
    assert given(two, others[0], later)
    for _ in range(5):
        assert not given(one, "000000", later)
    assert given(two, others[1], later)
    after = later + timedelta(minutes=15)
    new = renew_recovery_codes(actor=acting(one), code=codes[1], at=after)
    assert not given(one, codes[2], after)
    assert given(two, others[2], after)
    remove(actor=acting(one), code=new[0], at=after)
    assert (RecoveryCode.objects.filter(user=one).count(), RecoveryCode.objects.filter(user=two).count()) == (0, 10)
    assert not given(one, new[1], after)
    assert given(two, others[3], after)
    reset_second_factor(actor=acting(staff(Role.ADMIN)), user=two, reason=" 手机丢失 ")
    people = {each.pk: each for each in User.objects.all()}
    assert [(people[each.pk].second_factor, people[each.pk].sign_ins_ended) for each in (one, two)] == [
        ("", 2),
        ("", 2),
    ]
    told = {
        each: list(Message.objects.filter(recipient=each).order_by("pk").values_list("kind", "subject", "body"))
        for each in (one, two)
    }
    begun = ("user.second_factor_enrolled", "两步验证已开启", "以后登录除密码外还要输入验证码。")
    used = ("user.recovery_code_used", "有人用恢复码登录了您的账号")
    words = "还剩 {} 个没有用过。如不是您本人，请立即修改密码并换一批恢复码。"
    given_up = ("user.second_factor_removed", "两步验证已移除", "如不是您本人操作，请立即修改密码。")
    assert told[one] == [begun, (*used, words.format(9)), (*used, words.format(9)), given_up]
    reset = ("user.second_factor_reset", "两步验证已被重置", "请用密码登录后重新设置。")
    assert told[two] == [begun, *((*used, words.format(left)) for left in (9, 8, 7, 6)), reset]
    assert set(Message.objects.values_list("link", flat=True)) == {"/accounts/security/"}
    events = Entry.objects.filter(object=f"user:{one.public_id}").order_by("seq").values_list("event", flat=True)
    assert list(events)[1:] == [
        "user.second_factor_enrolled",
        "user.second_factor_paused",
        "user.recovery_code_used",
        "user.recovery_codes_renewed",
        "user.recovery_code_used",
        "user.second_factor_removed",
    ]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SYSTEM])
def test_only_another_administrator_resets_a_lost_one(role: Role) -> None:
    lost = staff(Role.LEADER, "lost")
    enrolled(lost)
    where: dict[str, Any] = {}
    if role == Role.APPLICANT:
        where = {"organisation": registered().organisation}
    elif role == Role.DISTRICT:
        where = {"reviewing_body": place().reviewing_body}
    actor = acting(staff(role, **where))
    assert bool(can_reset(actor, lost)) is (role == Role.ADMIN)
    if role != Role.ADMIN:
        with pytest.raises(RuleViolation):
            reset_second_factor(actor=actor, user=lost, reason="手机丢失")
        return
    with pytest.raises(RuleViolation, match="理由"):
        reset_second_factor(actor=actor, user=lost, reason=" ")
    reset_second_factor(actor=actor, user=lost, reason="手机丢失，已当面核实")
    assert Entry.objects.latest("seq").reason == "手机丢失，已当面核实"
    lost.refresh_from_db()
    assert lost.second_factor == ""


def test_nobody_resets_their_own_and_the_operator_can_help(capsys: Any) -> None:
    admin = staff(Role.ADMIN, "root")
    enrolled(admin)
    with pytest.raises(RuleViolation, match="不能重置自己"):
        reset_second_factor(actor=acting(admin), user=admin, reason="x")
    with pytest.raises(CommandError, match="没有登录名"):
        call_command("reset_second_factor", "nobody", "--reason", "手机丢失")
    call_command("reset_second_factor", "ROOT", "--reason", "手机丢失")
    assert "两步验证已重置" in capsys.readouterr().out
    with pytest.raises(CommandError, match="没有开启"):
        call_command("reset_second_factor", "root", "--reason", "手机丢失")


# For whom it is a must ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("switched_on", [True, False])
def test_it_is_a_must_for_those_who_see_and_decide(settings: Any, switched_on: bool) -> None:
    settings.SECOND_FACTOR_REQUIRED = switched_on
    must = {Role.MUNICIPAL, Role.LEADER, Role.ADMIN} if switched_on else set()
    assert {role for role in Role if is_required(User(role=role))} == must


@pytest.mark.parametrize(
    ("role", "factor", "session", "left"),
    [
        (Role.MUNICIPAL, "A", {}, "code"),
        (Role.MUNICIPAL, "A", {"second_factor": "B"}, "code"),
        (Role.MUNICIPAL, "A", {"second_factor": "A"}, ""),
        (Role.EXPERT, "A", {"second_factor": ""}, "code"),
        (Role.EXPERT, "A", {"second_factor": "A"}, ""),
        (Role.MUNICIPAL, "", {"second_factor": "A"}, "enrol"),
        (Role.MUNICIPAL, "", {}, "enrol"),
        (Role.EXPERT, "", {}, ""),
    ],
)
def test_what_a_session_has_still_to_do(
    required: None, role: Role, factor: str, session: dict[str, str], left: str
) -> None:
    user, opened_with = User(role=role, second_factor=factor), SessionStore()
    opened_with.update(session)
    assert still_to_do(user, opened_with) == left
    passed(opened_with, user)
    assert still_to_do(user, opened_with) == ("" if left == "code" else left)


# Doors --------------------------------------------------------------------------------------------------------------


def opened(client: Client) -> bool:
    """Whether this browser gets to anything that is not for everybody."""
    answers = [client.get(address) for address in ("/home/", "/accounts/profile/", "/inbox/", "/accounts/security/")]
    return any(answer.status_code != 302 for answer in answers)


def sign_in(client: Client, username: str = "officer", **more: str) -> Any:
    return client.post(LOGIN, {"username": username, "password": PASSWORD, **more})


def test_the_password_alone_opens_nothing_and_the_code_leads_on(noon: Any, client: Client) -> None:
    enrolled(staff(Role.MUNICIPAL, "officer"))
    noon.shift(timedelta(minutes=2))
    sign_in(client, next="/accounts/places/")
    assert not opened(client)
    assert "登录" in client.get("/").content.decode()
    asked = client.get("/accounts/places/")
    assert asked["Location"] == f"{STEP}?next=/accounts/places/"
    assert client.get(LOGIN)["Location"].startswith(STEP)
    page = client.get(asked["Location"])
    assert page["Cache-Control"].count("no-store") == 1
    wrong = client.post(STEP, {"code": "000000", "next": "/accounts/places/"})
    assert (wrong.status_code, wrong.context["wanted"]) == (422, "/accounts/places/")
    assert not opened(client)
    right = client.post(STEP, {"code": code_at(datetime.now(UTC)), "next": "/accounts/places/"})
    assert right["Location"] == "/accounts/places/"
    assert opened(client)
    assert client.get(STEP)["Location"] == "/home/"


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example"])
def test_next_leads_nowhere_else(noon: Any, client: Client, elsewhere: str) -> None:
    codes = enrolled(staff(Role.MUNICIPAL, "officer"))
    sign_in(client)
    assert client.post(STEP, {"code": codes[0], "next": elsewhere})["Location"] == "/home/"


def test_the_administration_is_behind_the_same_door(noon: Any, client: Client) -> None:
    codes = enrolled(staff(Role.ADMIN, "officer"))
    sign_in(client)
    for address in ("/admin/", "/admin/accounts/user/", "/admin/login/?next=/admin/"):
        answer = client.get(address, follow=True)
        assert answer.request["PATH_INFO"] == STEP, address
    assert client.post(STEP, {"code": codes[0], "next": "/admin/"})["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_a_reset_password_is_only_the_first_step(noon: Any, client: Client) -> None:
    user = staff(Role.MUNICIPAL, "officer", email="officer@example.cn")
    enrolled(user)
    link = f"/accounts/password/reset/{user.public_id}/{default_token_generator.make_token(user)}/"
    form = client.get(link)["Location"]
    new = "Another-Horse-28"
    assert client.post(form, {"new_password1": new, "new_password2": new})["Location"] == LOGIN
    client.post(LOGIN, {"username": "officer", "password": new})
    assert not opened(client)
    assert client.get("/home/")["Location"].startswith(STEP)


def hidden(page: Any) -> dict[str, str]:
    return {name: str(page.context["form"][name].value()) for name in ("carried", "next")}


def test_what_was_typed_waits_behind_the_second_step(noon: Any, client: Client) -> None:
    codes = enrolled(staff(Role.MUNICIPAL, "officer"))
    typed = {"name": "李新名", "email": "", "mobile": ""}
    page = client.post("/accounts/profile/", typed)
    answer = client.post("/accounts/resume/", {**hidden(page), "username": "officer", "password": PASSWORD})
    assert answer["Location"] == STEP
    assert not opened(client)
    sent_on = client.post(STEP, {"code": codes[0]})
    assert (sent_on.context["target"], dict(sent_on.context["pairs"])) == ("/accounts/profile/", typed)
    client.post("/accounts/profile/", typed)
    assert User.objects.get(username="officer").name == "李新名"


def test_what_is_sent_half_signed_in_waits_too(noon: Any, client: Client) -> None:
    codes = enrolled(staff(Role.MUNICIPAL, "officer"))
    sign_in(client)
    typed = {"name": "李新名", "email": "", "mobile": ""}
    assert client.post("/accounts/profile/", typed)["Location"].startswith(STEP)
    assert User.objects.get(username="officer").name != "李新名"
    assert dict(client.post(STEP, {"code": codes[0]}).context["pairs"]) == typed


def test_a_session_opened_before_enrolling_elsewhere_ends(noon: Any, client_for: Any) -> None:
    user = staff(Role.EXPERT)
    before = client_for(user)
    assert opened(before)
    enrolled(user)
    assert not opened(before)


def test_who_never_signed_in_is_sent_to_sign_in(client: Client) -> None:
    for address in (STEP, ENROL):
        assert client.get(address)["Location"].startswith(LOGIN)
    assert client.post(STEP, {"code": "123456"})["Location"].startswith(LOGIN)


# Being led to enrolling ---------------------------------------------------------------------------------------------


def shown_secret(page: Any) -> str:
    found = re.search(r'hz-secret">([A-Z2-7 ]+)<', page.content.decode())
    assert found is not None
    return found[1].replace(" ", "")


@pytest.mark.parametrize("role", [Role.MUNICIPAL, Role.LEADER, Role.ADMIN])
def test_who_must_have_one_enrols_before_anything_else(noon: Any, required: None, client: Client, role: Role) -> None:
    staff(role, "officer")
    sign_in(client)
    assert not opened(client)
    if role == Role.ADMIN:
        assert client.get("/admin/", follow=True).request["PATH_INFO"] == ENROL
    page = client.get("/accounts/profile/", follow=True)
    assert page.request["PATH_INFO"] == ENROL
    secret = shown_secret(page)
    answers = {"password": PASSWORD, "code": code_at(NOW, secret), "next": "/accounts/profile/"}
    assert client.post(ENROL, {**answers, "password": "wrong"}).status_code == 422
    assert client.post(ENROL, {**answers, "code": "000000"}).status_code == 422
    assert shown_secret(client.get(ENROL)) == secret
    done = client.post(ENROL, answers)
    assert len(re.findall(r"<code>[2-9A-Z]{5}-[2-9A-Z]{5}</code>", done.content.decode())) == 10
    assert opened(client)
    assert client.get("/accounts/second-factor/on/?next=/accounts/profile/")["Location"] == "/accounts/profile/"
    assert client.get(ENROL)["Location"] == "/accounts/security/"


def test_what_was_typed_waits_behind_enrolling(noon: Any, required: None, client: Client) -> None:
    staff(Role.MUNICIPAL, "officer")
    typed = {"name": "李新名", "email": "", "mobile": ""}
    page = client.post("/accounts/profile/", typed)
    client.post("/accounts/resume/", {**hidden(page), "username": "officer", "password": PASSWORD})
    assert client.get(STEP, follow=True).request["PATH_INFO"] == ENROL
    secret = shown_secret(client.get(ENROL))
    client.post(ENROL, {"password": PASSWORD, "code": code_at(NOW, secret)})
    assert dict(client.get("/accounts/second-factor/on/").context["pairs"]) == typed


def test_others_may_and_need_not(noon: Any, required: None, client: Client) -> None:
    staff(Role.EXPERT, "officer")
    sign_in(client)
    assert opened(client)
    secret = shown_secret(client.get(ENROL))
    assert client.post(ENROL, {"password": PASSWORD, "code": code_at(NOW, secret)}).status_code == 200


def test_removing_leads_those_who_must_back_to_enrolling(noon: Any, required: None, client: Client) -> None:
    codes = enrolled(staff(Role.LEADER, "officer"))
    sign_in(client)
    client.post(STEP, {"code": codes[0]})
    act = {"act": "remove", "password": PASSWORD, "code": codes[1]}
    assert client.post("/accounts/security/act/", {**act, "password": "wrong"}).status_code == 422
    assert client.post("/accounts/security/act/", {**act, "code": codes[0]}).status_code == 422
    assert client.post("/accounts/security/act/", act).status_code == 302
    assert client.get("/home/", follow=True).request["PATH_INFO"] == ENROL


def test_looking_after_ones_own_security(noon: Any, client: Client) -> None:
    codes = enrolled(staff(Role.EXPERT, "officer"))
    sign_in(client)
    client.post(STEP, {"code": codes[0]})
    assert "9 个" in client.get("/accounts/security/").content.decode()
    renewed = client.post("/accounts/security/act/", {"act": "renew", "password": PASSWORD, "code": codes[1]})
    assert (renewed.status_code, len(renewed.context["codes"])) == (200, 10)
    for odd in ({}, {"act": "nonsense"}, {"act": "remove", "password": "\x00", "code": "长" * 200}):
        assert client.post("/accounts/security/act/", odd).status_code == 422
    elsewhere = StrictClient()
    elsewhere.post(LOGIN, {"username": "officer", "password": PASSWORD})
    elsewhere.post(STEP, {"code": renewed.context["codes"][0]})
    assert opened(elsewhere)
    client.post("/accounts/security/act/", {"act": "sign_out_elsewhere"})
    assert opened(client)
    assert not opened(elsewhere)


def test_an_administrator_resets_on_the_page_of_the_person(noon: Any, client_for: Any) -> None:
    lost = staff(Role.LEADER, "lost")
    enrolled(lost)
    page = f"/accounts/users/{lost.public_id}/"
    admin = client_for(staff(Role.ADMIN))
    assert "重置两步验证" in admin.get(page).content.decode()
    assert admin.post(page, {"act": "second_factor", "reason": ""}).status_code == 422
    assert admin.post(page, {"act": "second_factor", "reason": "手机丢失"}).status_code == 302
    assert "重置两步验证" not in admin.get(page).content.decode()


# Sessions and caches ------------------------------------------------------------------------------------------------


def test_a_new_password_ends_every_other_sign_in(client: Client, client_for: Any) -> None:
    user = registered()
    here, there = client_for(user), client_for(user)
    new = {"old_password": PASSWORD, "new_password1": "Another-Horse-28", "new_password2": "Another-Horse-28"}
    here.post("/accounts/password/", new)
    assert (opened(here), opened(there)) == (True, False)
    end_other_sign_ins(actor=acting(user))
    assert not opened(here)


@pytest.mark.parametrize("address", ["/", "/home/", "/accounts/profile/", "/route/", "/inbox/"])
def test_pages_of_somebody_signed_in_are_kept_by_no_cache(client_for: Any, client: Client, address: str) -> None:
    assert client_for(registered()).get(address)["Cache-Control"] == "private, no-store"
    assert "no-store" not in client.get("/").get("Cache-Control", "")

"""An organisation comes to the portal."""

from django.db import IntegrityError, transaction

from haizhi_portal.accounts.actions.users import add_user
from haizhi_portal.accounts.models import Jurisdiction, Organisation, User
from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.ledger import record
from haizhi_portal.policy.identifiers import normalise
from haizhi_portal.policy.routing import eligibility
from haizhi_portal.policy.verdict import Conflict, RuleViolation
from haizhi_portal.policy.words import Kind, Level, Role


@transaction.atomic
def register_organisation(
    *,
    actor: Actor,
    credit_code: str,
    name: str,
    kind: str,
    level: str,
    in_dalian: bool,
    jurisdiction: Jurisdiction | None,
    is_branch: bool,
    legal_representative: str,
    address: str,
    username: str,
    password: str,
    person_name: str,
    email: str,
    mobile: str,
    is_demo: bool = False,
) -> User:
    """Open the account space of an eligible organisation with its first person, who administers it; return them.

    Raises RuleViolation, whose field is the answer at fault, for a unit that may not apply (`3.1-applicant`,
    `3.1-kinds`), a missing jurisdiction, or a sign-in name in use; Conflict for a credit code already registered.
    """
    check_eligibility(credit_code=credit_code, kind=kind, level=level, in_dalian=in_dalian, is_branch=is_branch)
    if jurisdiction is None:
        raise RuleViolation(
            clause="4.1-via-district",
            message="请选择单位实际所在的区（市、县）或先导区。",
            field="jurisdiction",
            code="jurisdiction_missing",
        )
    code = normalise(credit_code)
    if Organisation.objects.filter(credit_code=code).exists():
        raise _taken()
    try:
        with transaction.atomic():
            organisation = Organisation.objects.create(
                credit_code=code,
                name=" ".join(name.split()),
                kind=kind,
                level=level,
                jurisdiction=jurisdiction,
                legal_representative=" ".join(legal_representative.split()),
                address=" ".join(address.split()),
                registered_at=actor.now,
            )
    except IntegrityError:
        raise _taken() from None
    person = add_user(
        actor=actor,
        username=username,
        password=password,
        name=person_name,
        role=Role.APPLICANT,
        email=email,
        mobile=mobile,
        organisation=organisation,
        administers=True,
        is_demo=is_demo,
    )
    record(
        "user.registered",
        actor=Actor(user=person, role=Role.APPLICANT, now=actor.now, address=actor.address),
        object=f"user:{person.public_id}",
        clause="3.1-applicant",
        organisation=code,
        data={"kind": kind, "level": level, "jurisdiction": jurisdiction.code},
    )
    return person


def check_eligibility(*, credit_code: str | None, kind: str, level: str, in_dalian: bool, is_branch: bool) -> None:
    """Ask whether such a unit may apply; None is a code not typed yet. Raises RuleViolation on the answer at fault."""
    field = "credit_code"
    if kind == Kind.SOCIETY and level != Level.MUNICIPAL:
        field = "level"
    elif not in_dalian:
        field = "in_dalian"
    elif is_branch:
        field = "is_branch"
    eligibility(kind=kind, level=level, in_dalian=in_dalian, is_branch=is_branch, credit_code=credit_code).require(
        field=field, code="not_eligible"
    )


def _taken() -> Conflict:
    return Conflict(
        clause="3.1-applicant",
        message=(
            "这个统一社会信用代码已经注册，每个单位只能注册一次。请由本单位的管理员在“本单位人员”中邀请您；"
            "管理员已离职或无法登录的，请联系市科协学会部恢复。"
        ),
        field="credit_code",
        code="already_registered",
    )

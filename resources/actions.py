"""Overseas partners, entered once by their organisation: added, changed, removed (`3.2-channels`, `5.4.3`)."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from haizhi_portal.accounts.models import Organisation
from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.ledger import record
from haizhi_portal.files.models import StoredFile
from haizhi_portal.policy.verdict import Conflict, RuleViolation
from resources.models import Partner
from resources.queries import of_organisation
from resources.rules import can_change_partner, can_enter_partner

CLAUSE = "3.2-channels"
# Years beyond are slips of the pen, as in tables from Excel.
EARLIEST_YEAR, LATEST_YEAR = 1900, 2100


@transaction.atomic
def add_partner(
    *,
    actor: Actor,
    organisation: Organisation,
    name: str,
    foreign_name: str,
    kind: str,
    country: str,
    since: date,
    until: date | None,
    cooperation: str,
    agreement: StoredFile | None = None,
) -> Partner:
    """Enter a partner of the actor's own organisation. Raises RuleViolation."""
    can_enter_partner(actor, organisation).require()
    _in_order(since, until)
    partner = Partner.objects.create(
        organisation=organisation,
        name=name,
        foreign_name=foreign_name,
        kind=kind,
        country=country,
        since=since,
        until=until,
        cooperation=cooperation,
        agreement=agreement,
    )
    _record("partner.added", actor, partner)
    return partner


@transaction.atomic
def take_partners(*, actor: Actor, organisation: Organisation, rows: list[dict[str, Any]]) -> int:
    """Enter imported partners, all or none; those the unit has already, by name, country and start, are left out.

    How many were entered. Raises RuleViolation, which names the row at fault.
    """
    can_enter_partner(actor, organisation).require()
    present = set(of_organisation(organisation).values_list("name", "country", "since"))
    entered = 0
    for number, row in enumerate(rows, start=1):
        if (row["name"], row["country"], row["since"]) in present:
            continue
        present.add((row["name"], row["country"], row["since"]))
        try:
            add_partner(actor=actor, organisation=organisation, **row)
        except RuleViolation as refused:
            where = _("第 %(number)d 行“%(name)s”：%(why)s") % {"number": number, "name": row["name"], "why": refused}
            raise RuleViolation(clause=refused.clause, message=where, field="text") from refused
        entered += 1
    return entered


@transaction.atomic
def change_partner(
    *,
    actor: Actor,
    partner: Partner,
    expected_version: int,
    name: str,
    foreign_name: str,
    kind: str,
    country: str,
    since: date,
    until: date | None,
    cooperation: str,
    agreement: StoredFile | None = None,
) -> Partner:
    """Correct a partner; without a new ``agreement`` the old one stays.

    Raises RuleViolation, or Conflict when somebody else changed it in between.
    """
    partner = Partner.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=partner.pk)
    can_change_partner(actor, partner).require()
    if partner.version != expected_version:
        raise Conflict(
            clause=CLAUSE,
            message=_("这个伙伴刚在另一个窗口或由同事改过。您填的内容都还在下面，请对照已保存的内容后再保存。"),
        )
    _in_order(since, until)
    partner.name, partner.foreign_name, partner.kind, partner.country = name, foreign_name, kind, country
    partner.since, partner.until, partner.cooperation = since, until, cooperation
    if agreement is not None:
        partner.agreement = agreement
    partner.version += 1
    partner.save()
    _record("partner.changed", actor, partner)
    return partner


@transaction.atomic
def remove_partner(*, actor: Actor, partner: Partner) -> Partner:
    """Take a partner out of the lists; what was submitted with it stays. Raises RuleViolation."""
    partner = Partner.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=partner.pk)
    can_change_partner(actor, partner).require()
    partner.removed_at = actor.now
    partner.version += 1
    partner.save(update_fields=["removed_at", "version"])
    _record("partner.removed", actor, partner)
    return partner


def _record(event: str, actor: Actor, partner: Partner) -> None:
    record(
        event,
        actor=actor,
        object=f"partner:{partner.public_id}",
        clause=CLAUSE,
        data={
            "name": partner.name,
            "kind": partner.kind,
            "country": partner.country,
            "since": partner.since,
            "until": partner.until,
            "version": partner.version,
        },
        organisation=partner.organisation.credit_code,
    )


def _in_order(since: date, until: date | None) -> None:
    for field, day in (("since", since), ("until", until)):
        if day is not None and not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
            raise RuleViolation(clause=CLAUSE, message=_("请核对年份。"), field=field)
    if until is not None and until < since:
        raise RuleViolation(clause=CLAUSE, message=_("合作截止日不能早于起始日；长期合作请留空。"), field="until")

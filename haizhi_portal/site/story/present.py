"""What is under way on the demonstration's day: the round of one year and the open call of the next."""

from datetime import date, timedelta
from functools import partial

from applications.actions import call as call_actions
from applications.actions import certification
from applications.actions.draft import start
from applications.models import Application, Call
from applications.ranking import participating
from haizhi_portal.accounts.models import Organisation
from haizhi_portal.site.story import errands
from haizhi_portal.site.story.agenda import Agenda
from haizhi_portal.site.story.call_year import into_year
from haizhi_portal.site.story.cast import Cast, acting


def _announce(cast: Cast, *, year: int, opens_on: date, closes: tuple[date, date, date, date], today: date) -> Call:
    applicants, districts, initial, certified = closes
    return call_actions.announce_call(
        actor=acting(cast.officers[0], today),
        year=year,
        opens_on=opens_on,
        applicants_close_on=applicants,
        districts_close_on=districts,
        initial_close_on=initial,
        certification_on=certified,
    )


def round_under_way(cast: Cast, agenda: Agenda, *, today: date, units: list[Organisation]) -> None:
    """Last year's call: initial review done, the round open, some experts done and some not."""
    year = today.year - 1
    applicants_close_on = min(today - timedelta(days=45), date(year, 12, 31))
    opens_on = applicants_close_on - timedelta(days=15)
    closes = (applicants_close_on, *(today - timedelta(days=back) for back in (35, 20, 8)))

    def announce(day: date) -> None:
        _announce(cast, year=year, opens_on=opens_on, closes=closes, today=day)  # type: ignore[arg-type]

    def apply(day: date) -> None:
        for unit in units:
            _carry_to_certification(cast, unit=unit, call=Call.objects.get(year=year), day=day)

    def open_round(day: date) -> None:
        call = Call.objects.get(year=year)
        certification.open_round(actor=acting(cast.officers[0], day), call=call)
        for place, application in enumerate(participating(call)):
            for offset in range(4):
                expert = cast.experts[(place + offset) % len(cast.experts)]
                assignment = errands.assign(cast, application=application, expert=expert, day=day)
                if offset < 2:
                    conflict = place == 0 and offset == 0
                    errands.declare(assignment=assignment, day=day, conflict=conflict)
                    assignment.refresh_from_db()
                    if offset == 0 and not conflict:
                        errands.mark(cast, assignment=assignment, day=day, strength=0.85 - 0.05 * place)

    agenda.note(opens_on - timedelta(days=2), announce)
    agenda.note(applicants_close_on - timedelta(days=5), apply)
    agenda.note(closes[3], open_round)


def _carry_to_certification(cast: Cast, *, unit: Organisation, call: Call, day: date) -> None:
    application = errands.draft_application(cast, organisation=unit, call=call, day=day)
    application = errands.submit(cast, application=application, day=day)
    if application.state == Application.State.DISTRICT_REVIEW:
        errands.endorse(cast, application=application, day=day)
    errands.pass_initial(cast, application=application, day=day)
    errands.hand_in_paper(cast, application=application, day=day)


def open_call(cast: Cast, agenda: Agenda, *, today: date, units: list[Organisation]) -> None:
    """This year's call: open, with applications in every state that can be met before the round."""
    opens_on = into_year(today - timedelta(days=20), today.year)
    closes = (
        min(today + timedelta(days=25), date(today.year, 12, 31)),
        *(today + timedelta(days=ahead) for ahead in (40, 60, 75)),
    )

    def announce(day: date) -> None:
        _announce(cast, year=today.year, opens_on=opens_on, closes=closes, today=day)  # type: ignore[arg-type]

    agenda.note(opens_on - timedelta(days=5), announce)
    first = max(opens_on, today - timedelta(days=12))
    for place, unit in enumerate(sorted(units, key=_goes_through_a_district, reverse=True)):
        agenda.note(first, partial(_apply, cast, agenda, unit, STAGES[min(place, len(STAGES) - 1)]))


STAGES = (
    "with the district",
    "returned by the district",
    "handed on",
    "declined",
    "endorsed",
    "returned by the municipal CAST",
    "one paper copy",
    "complete",
    "withdrawn",
    "draft",
    "begun",
)


def _goes_through_a_district(unit: Organisation) -> bool:
    return unit.level in ("district", "none") and unit.kind != "district_cast"


def _apply(cast: Cast, agenda: Agenda, unit: Organisation, stage: str, day: date) -> None:
    """One unit's way to the stage it is shown at."""
    call = Call.objects.get(year=day.year)
    if stage == "begun":
        start(actor=acting(cast.person_of(unit), day), organisation=unit, call=call)
        return
    application = errands.draft_application(cast, organisation=unit, call=call, day=day)
    if stage == "draft":
        return
    application = errands.submit(cast, application=application, day=day)
    if stage == "withdrawn":
        errands.withdraw(cast, application=application, day=day, reason="单位内部调整，暂不申报。")
        return
    if application.state == Application.State.DISTRICT_REVIEW:
        _at_the_district(cast, application, stage, day)
        application.refresh_from_db()
    if application.state == Application.State.INITIAL_REVIEW:
        _at_the_office(cast, application, stage, day)


def _at_the_district(cast: Cast, application: Application, stage: str, day: date) -> None:
    if stage == "returned by the district":
        errands.return_from_district(cast, application=application, day=day)
    elif stage == "handed on":
        route = "gaoxin" if application.route != "gaoxin" else "210211"
        errands.hand_on(cast, application=application, route=route, day=day)
    elif stage == "declined":
        errands.decline_at_district(cast, application=application, day=day)
    elif stage == "with the district":
        errands.ask(cast, application=application, day=day, words="计划书已盖章，是否还要加盖骑缝章？")
    else:
        errands.endorse(cast, application=application, day=day)


def _at_the_office(cast: Cast, application: Application, stage: str, day: date) -> None:
    if stage == "returned by the municipal CAST":
        errands.ask(cast, application=application, day=day, words="专家的聘任协议为英文，需要附中文译本吗？")
        errands.answer(person=cast.officers[0], application=application, day=day, words="需要，附中文译本并加盖公章。")
        errands.return_from_municipal(cast, application=application, day=day)
    elif stage in ("one paper copy", "complete"):
        errands.pass_initial(cast, application=application, day=day)
        errands.hand_in_paper(cast, application=application, day=day, copies=1 if stage == "one paper copy" else 2)

"""The same piece, the same finish, the same opening sent eight times at once, on PostgreSQL: it counts once."""

from pathlib import Path
from typing import Any

import pytest

from applications.actions import draft, viewing
from applications.models import Viewing
from haizhi_portal.files import incoming
from haizhi_portal.files.models import Incoming
from haizhi_portal.policy.words import Role
from tests import factories as make
from tests.attack.test_races import EIGHT, at_once, entries
from tests.files import specimens

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.clause("4.1-materials"),
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def begun(application: Any, content: bytes) -> Incoming:
    actor = make.acting(make.applicant_of(application.organisation), "2027-03-15")
    return incoming.begin(actor=actor, purpose="x/y/", name="计划书.pdf", size=len(content), max_megabytes=1)


def test_a_piece_counts_once(settings: Any) -> None:
    application = make.application_begun(on="2027-03-15")
    content = specimens.pdf()
    upload = begun(application, content)
    outcomes: list[str] = []

    def send() -> None:
        try:
            incoming.append(incoming=upload, offset=0, piece=content)
        except incoming.OutOfStep as there:
            outcomes.append(str(there.received))

    at_once([send] * EIGHT)
    assert outcomes == [str(len(content))] * (EIGHT - 1)
    assert Path(settings.MEDIA_ROOT, upload.path).read_bytes() == content


def test_an_upload_becomes_one_material() -> None:
    application = make.application_begun(on="2027-03-15")
    content = specimens.pdf()
    upload = incoming.append(incoming=begun(application, content), offset=0, piece=content)
    actor = make.acting(make.applicant_of(application.organisation), "2027-03-15")

    def finish() -> None:
        with incoming.arrived(upload) as file:
            draft.add_material(
                actor=actor, application=application, kind="base_plan", upload=file, stamped=False, arrived=upload
            )

    told = at_once([finish] * EIGHT)
    assert told.count("won") == 1
    assert {each for each in told if each != "won"} == {"“计划书.pdf”已经上传。"}
    assert application.materials.count() == 1


def test_an_opening_is_recorded_once() -> None:
    application = make.application_ready(make.municipal_unit(), on="2027-03-15")
    paper = application.materials.get(kind="representative_id")
    actor = make.acting(make.user(Role.MUNICIPAL), "2027-03-15")
    at_once([lambda: viewing.open_masked(actor=actor, material=paper)] * EIGHT)
    assert Viewing.objects.count() == entries("file.viewed") == 1

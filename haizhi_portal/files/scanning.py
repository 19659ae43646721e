"""Which files wait for the virus scanner, and what it says of one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet

from haizhi_portal.files import clamav
from haizhi_portal.files.models import StoredFile
from haizhi_portal.files.store import read

# So often without an answer, and a file counts as failed; it is still tried, at longer intervals.
MOST_ATTEMPTS = 5
PAUSE = timedelta(minutes=10)
PATIENCE = 20.0
Scan = StoredFile.Scan


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one look: the state the file is in now, and the virus or what kept the scanner from answering."""

    scan: str
    note: str = ""


def waiting(now: datetime) -> QuerySet[StoredFile]:
    """What has to be scanned, longest waiting first; nothing where no scanner is configured."""
    if not settings.CLAMAV:
        return StoredFile.objects.none()
    again = Q(scan=Scan.FAILED, scanned_at__lt=now - PAUSE)
    return StoredFile.objects.filter(Q(scan__in=[Scan.NONE, Scan.PENDING]) | again).order_by("scan_attempts", "id")


def look(stored: StoredFile) -> Outcome:
    """Show the content to the scanner; holds no lock and changes nothing."""
    try:
        with read(stored) as content:
            virus = clamav.scan(content, settings.CLAMAV, patience=PATIENCE)
    except (clamav.NoAnswer, OSError) as problem:
        failed = stored.scan_attempts + 1 >= MOST_ATTEMPTS
        return Outcome(Scan.FAILED if failed else Scan.PENDING, str(problem)[:200])
    return Outcome(Scan.INFECTED, virus) if virus else Outcome(Scan.CLEAN)

"""The yearly call, applications with their versions and reviews, the certification round, the list and its seats."""

from applications.models.application import Application, Material, PaperReceipt, Review, Routing, Submission
from applications.models.call import Call, TimetableChange
from applications.models.certification import Assignment, Round
from applications.models.decision import Decision, DecisionList, Seat
from applications.models.filling import Filling
from applications.models.handling import Handling, Nudge
from applications.models.job import Job
from applications.models.paper import ReceiptVoid
from applications.models.remarks import Comment, EndorsementLetter, ReviewDraft
from applications.models.thread import ThreadEntry, ThreadMark
from applications.models.viewing import Viewing

__all__ = [
    "Application",
    "Assignment",
    "Call",
    "Comment",
    "Decision",
    "DecisionList",
    "EndorsementLetter",
    "Filling",
    "Handling",
    "Job",
    "Material",
    "Nudge",
    "PaperReceipt",
    "ReceiptVoid",
    "Review",
    "ReviewDraft",
    "Round",
    "Routing",
    "Seat",
    "Submission",
    "ThreadEntry",
    "ThreadMark",
    "TimetableChange",
    "Viewing",
]

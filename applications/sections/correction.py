"""What a return asked for: which sections are to be mended, in whose words (`4.1-via-district`, `4.2-initial`)."""

from applications.models import Application, Review

# A return, and what was added to it while the application was out.
ASKING = (Review.Outcome.RETURNED, Review.Outcome.WIDENED)


def last_return(application: Application) -> Review | None:
    """The latest conclusion that says what is to be mended."""
    return application.reviews.filter(outcome__in=ASKING).order_by("-decided_at", "-id").first()


def open_remarks(application: Application) -> dict[str, str]:
    """Section → the reviewer's words, while the application is back for correction; else empty."""
    if application.state not in (Application.State.DISTRICT_RETURNED, Application.State.INITIAL_RETURNED):
        return {}
    review = last_return(application)
    return dict(review.sections) if review else {}

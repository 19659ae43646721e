"""People, organisations, jurisdictions and the bodies that review for them."""

from haizhi_portal.accounts.models.invitation import Invitation
from haizhi_portal.accounts.models.organisation import ConsentLetter, Organisation
from haizhi_portal.accounts.models.people import User, UserManager
from haizhi_portal.accounts.models.places import Jurisdiction, ReviewingBody

__all__ = ["ConsentLetter", "Invitation", "Jurisdiction", "Organisation", "ReviewingBody", "User", "UserManager"]

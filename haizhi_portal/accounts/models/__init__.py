"""People, organisations, jurisdictions and the bodies that review for them."""

from haizhi_portal.accounts.models.delegation import Delegation
from haizhi_portal.accounts.models.invitation import Invitation
from haizhi_portal.accounts.models.organisation import ConsentLetter, Organisation
from haizhi_portal.accounts.models.people import User, UserManager
from haizhi_portal.accounts.models.places import Jurisdiction, ReviewingBody
from haizhi_portal.accounts.models.second_factor import Authenticator, RecoveryCode

__all__ = [
    "Authenticator",
    "ConsentLetter",
    "Delegation",
    "Invitation",
    "Jurisdiction",
    "Organisation",
    "RecoveryCode",
    "ReviewingBody",
    "User",
    "UserManager",
]

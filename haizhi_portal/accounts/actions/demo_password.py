from django.contrib.auth.hashers import make_password

from haizhi_portal.accounts.models import User


def share_demo_password(*, password: str) -> int:
    """Give all demonstration accounts this password; how many there are. Everybody else's stays.

    One hash serves all of them: what they share is no secret between them.
    """
    return User.objects.filter(is_demo=True).update(password=make_password(password))

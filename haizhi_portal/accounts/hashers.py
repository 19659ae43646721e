from django.contrib.auth.hashers import PBKDF2PasswordHasher


class DemoPasswordHasher(PBKDF2PasswordHasher):
    """Quick, for a demonstration whose password is on the screen: its accounts are opened in seconds, not a minute.

    What it wrote stays readable to Django's own hasher, which writes it anew at the next sign-in.
    """

    iterations = 30_000

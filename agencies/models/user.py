"""The person who signs in: ours from the first migration, so that it can grow without pain."""

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """A member of an agency or of the town's own team. Visitors have no account."""

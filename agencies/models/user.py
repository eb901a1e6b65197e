"""The person who signs in: ours from the first migration, so that it can grow without pain."""

from typing import Any

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """A member of an agency or of the town's own team. Visitors have no account."""

    def save(self, *args: Any, **kwargs: Any) -> None:
        """In small letters, for people sign in with it and phones begin with a capital."""
        self.email = self.email.lower()
        super().save(*args, **kwargs)

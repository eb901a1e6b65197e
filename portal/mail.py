"""Mail leaves once what it tells of is kept, and no slow mail server is waited for inside a transaction."""

from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction


class AfterCommit(BaseEmailBackend):
    """Hands messages to the backend that settings.MAIL_CARRIER names; at once outside a transaction.

    Within one, `send_messages` promises: a carrier that fails afterwards is logged, for the change is made.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        messages = list(email_messages)
        if not transaction.get_connection().in_atomic_block:
            return self._carry(messages)
        transaction.on_commit(lambda: self._carry(messages), robust=True)
        return len(messages)

    def _carry(self, messages: list[EmailMessage]) -> int:
        carrier = get_connection(settings.MAIL_CARRIER, fail_silently=self.fail_silently)
        return carrier.send_messages(messages) or 0

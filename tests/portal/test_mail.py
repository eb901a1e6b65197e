"""Mail tells of what is kept, and leaves after it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.db import transaction

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def carried_into_memory(settings: Any) -> None:
    settings.EMAIL_BACKEND = "portal.mail.AfterCommit"
    settings.MAIL_CARRIER = "django.core.mail.backends.locmem.EmailBackend"


def send() -> None:
    mail.send_mail("Changed", "It is so.", None, ["a@town.example"])


def test_mail_leaves_after_the_commit(django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        send()
        assert mail.outbox == []
    assert [message.subject for message in mail.outbox] == ["Changed"]


def test_no_mail_tells_of_what_was_rolled_back(django_capture_on_commit_callbacks: Any) -> None:
    with (
        django_capture_on_commit_callbacks(execute=True),
        pytest.raises(ZeroDivisionError),
        transaction.atomic(),
    ):
        send()
        raise ZeroDivisionError
    assert mail.outbox == []


@pytest.mark.django_db(transaction=True)
def test_without_a_transaction_mail_leaves_at_once() -> None:
    send()
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_a_carrier_that_fails_undoes_nothing(settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    settings.MAIL_CARRIER = "tests.portal.test_mail.Broken"
    with transaction.atomic():
        send()
    assert "no server" in caplog.text


class Broken:
    def __init__(self, **options: Any) -> None:
        pass

    def send_messages(self, messages: list) -> int:
        raise OSError("no server")

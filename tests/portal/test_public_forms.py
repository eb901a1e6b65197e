"""A public form is taken from this site alone, within its time, and only for what it was made for."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.core import signing
from django.http import HttpRequest
from django.test import RequestFactory

from portal import public_forms
from portal.public_forms import FIELD, Reason, Refused

HERE = "http://testserver"


def post(token: str | None = None, **headers: str) -> HttpRequest:
    data = {} if token is None else {FIELD: token}
    return RequestFactory().post("/", data, headers={"Origin": HERE, **headers})


def token(purpose: str = "wrong", payload: Any = None, **extra: Any) -> str:
    return public_forms.sign(purpose, payload or {"entry": "b7kd2n"}, RequestFactory().get("/", **extra))


def reason_of(request: HttpRequest, purpose: str = "wrong", **options: int) -> Reason:
    with pytest.raises(Refused) as refused:
        public_forms.check(request, purpose, **options)
    assert "Nothing has changed" in str(refused.value)
    return refused.value.reason


def test_what_was_signed_comes_back() -> None:
    assert public_forms.check(post(token()), "wrong") == {"entry": "b7kd2n"}


@pytest.mark.parametrize(
    "origin",
    ["https://elsewhere.example", "null", "", "https://testserver", "http://testserver.evil.example"],
)
def test_another_site_is_refused(origin: str) -> None:
    assert reason_of(post(token(), Origin=origin)) == Reason.ORIGIN


def test_a_request_without_origin_is_refused() -> None:
    request = RequestFactory().post("/", {FIELD: token()})
    assert reason_of(request) == Reason.ORIGIN


def test_an_origin_that_the_settings_trust_is_taken(settings: Any) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://town.example"]
    assert public_forms.check(post(token(), Origin="https://town.example"), "wrong")


def test_after_two_hours_a_form_is_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    made, now = token(), time.time()
    monkeypatch.setattr(time, "time", lambda: now + 7190)
    assert public_forms.check(post(made), "wrong")
    monkeypatch.setattr(time, "time", lambda: now + 7210)
    assert reason_of(post(made)) == Reason.EXPIRED
    assert public_forms.check(post(made), "wrong", max_age=8000)


@pytest.mark.parametrize("wrong", [None, "", "abc", "a:b:c", "\x00", "é:ü", "x" * 100_000])
def test_what_we_did_not_sign_is_refused(wrong: str | None) -> None:
    assert reason_of(post(wrong)) == Reason.FORGED


def test_a_changed_token_is_refused() -> None:
    made = token()
    assert reason_of(post(made[:-1] + ("A" if made[-1] != "A" else "B"))) == Reason.FORGED


def test_the_token_of_another_form_is_refused() -> None:
    assert reason_of(post(token("confirm"))) == Reason.FORGED


def test_the_token_of_another_site_with_the_same_key_is_refused(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "staging.example"]
    assert reason_of(post(token(headers={"Host": "staging.example"}))) == Reason.FORGED


def test_something_else_signed_with_our_key_is_refused() -> None:
    assert reason_of(post(signing.dumps("text", salt="lantern.public_forms.wrong"))) == Reason.FORGED

"""A sealed search: what it hides, how long it lives, and how the exit ends it (SAFETY.md 6)."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.utils import timezone

from portal import sealed
from portal.burn import burn as burn_view
from portal.models import BurntSeal
from portal.sealed import LIFE, SHARED_LIFE, Broken, Burnt, Expired, TooLong, inherit, seal, unseal

QUERY = {"words": "counselling after divorce", "facets": {"need": ["separation"]}, "page": 2}

pytestmark = pytest.mark.django_db

Clock = Callable[[timedelta], None]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """later(timedelta) moves the site's clock."""
    start = timezone.now()

    def move(by: timedelta) -> None:
        monkeypatch.setattr(timezone, "now", lambda: start + by)

    return move


def test_a_query_comes_out_as_it_went_in() -> None:
    opened = unseal(seal(QUERY))
    assert opened.query == QUERY
    assert not opened.shared


@pytest.mark.parametrize(
    "words", ["допомога після розлучення " * 8, "مساعدة بعد الطلاق " * 11, "x" * 200, "äß" * 100]
)
def test_two_hundred_characters_fit_into_an_address(words: str) -> None:
    token = seal({"words": words[:200], "facets": {"need": ["money", "housing"], "district": ["harbour"]}})
    assert len(token) < 700
    assert token.replace("-", "").replace("_", "").isalnum()
    assert unseal(token).query["words"] == words[:200]


def test_the_length_of_the_address_does_not_tell_the_query() -> None:
    lengths = {
        len(seal({"words": words})) for words in ("", "sad", "my father hits me", "child benefit " * 8)
    }
    assert len(lengths) == 1


def test_the_same_query_never_has_the_same_address() -> None:
    assert seal(QUERY) != seal(QUERY)


def test_neither_words_nor_needs_can_be_read_in_the_address() -> None:
    token = seal(QUERY)
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    assert b"divorce" not in raw
    assert b"separation" not in raw


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "a",
        "k7c3x9",
        "A" * 342,
        "A" * 683,
        "A" * 5000,
        "ä" * 342,
        "!" * 342,
        base64.urlsafe_b64encode(b"\x01" + bytes(255)).rstrip(b"=").decode(),
    ],
)
def test_a_forged_address_is_broken(forged: str) -> None:
    with pytest.raises(Broken):
        unseal(forged)


def test_one_changed_character_breaks_it() -> None:
    token = seal(QUERY)
    other = "A" if token[100] != "A" else "B"
    with pytest.raises(Broken):
        unseal(token[:100] + other + token[101:])


def test_a_cut_address_is_broken() -> None:
    with pytest.raises(Broken):
        unseal(seal(QUERY)[:-1])


def test_a_seal_lives_fifteen_minutes(later: Clock) -> None:
    token = seal(QUERY)
    later(LIFE - timedelta(seconds=2))
    assert unseal(token).query == QUERY
    later(LIFE + timedelta(seconds=1))
    with pytest.raises(Expired) as refusal:
        unseal(token)
    assert refusal.value.status == 410


def test_a_copied_link_lives_longer_and_says_until_when(later: Clock) -> None:
    token = seal(QUERY, shared=True)
    opened = unseal(token)
    assert opened.shared
    assert abs(opened.expires - (timezone.now() + SHARED_LIFE)) < timedelta(seconds=5)
    later(SHARED_LIFE - timedelta(hours=1))
    assert unseal(token).query == QUERY
    later(SHARED_LIFE + timedelta(seconds=1))
    with pytest.raises(Expired):
        unseal(token)


def test_burning_one_seal_burns_its_whole_chain_and_no_other() -> None:
    first, stranger = seal(QUERY), seal(QUERY)
    second = seal({"words": "something else"}, chain=inherit(first))
    third = seal({"words": "and on"}, chain=inherit(second))
    sealed.burn(second)
    for token in (first, second, third):
        with pytest.raises(Burnt) as refusal:
            unseal(token)
        assert refusal.value.status == 410
    assert unseal(stranger).query == QUERY


def test_a_burnt_or_expired_seal_hands_no_chain_on(later: Clock) -> None:
    burnt, old = seal(QUERY), seal(QUERY)
    sealed.burn(burnt)
    assert inherit(burnt) is None
    assert inherit("nonsense") is None
    later(LIFE + timedelta(seconds=1))
    assert inherit(old) is None


def test_a_burn_outlives_every_seal_that_the_chain_may_still_have(later: Clock) -> None:
    first = seal(QUERY)
    later(LIFE - timedelta(minutes=1))
    younger = seal(QUERY, chain=inherit(first))
    later(LIFE + timedelta(minutes=1))
    sealed.burn(first)  # expired, but the tab still holds the younger one
    later(2 * LIFE - timedelta(minutes=2))
    with pytest.raises(Burnt):
        unseal(younger)


def test_what_was_copied_on_purpose_survives_the_exit_of_who_copied_it() -> None:
    mine = seal(QUERY)
    copied = seal(unseal(mine).query, chain=unseal(mine).chain, shared=True)
    sealed.burn(mine)
    assert unseal(copied).query == QUERY


def test_the_exit_on_a_shared_page_ends_that_link_for_good(later: Clock) -> None:
    link = seal(QUERY, shared=True)
    sealed.burn(link)
    later(SHARED_LIFE - timedelta(hours=1))
    with pytest.raises(Burnt):
        unseal(link)


def test_readers_of_a_shared_link_do_not_burn_each_other() -> None:
    assert inherit(seal(QUERY, shared=True)) is None


def test_only_hashes_are_kept_and_old_ones_go(later: Clock) -> None:
    token = seal(QUERY)
    chain = unseal(token).chain
    sealed.burn(token)
    sealed.burn(token)
    row = BurntSeal.objects.get()
    assert chain not in row.digest
    assert row.until - timezone.now() <= LIFE
    later(LIFE + timedelta(seconds=1))
    sealed.burn(seal(QUERY))
    assert BurntSeal.objects.count() == 1
    assert BurntSeal.objects.get().digest != row.digest


def test_burning_nonsense_does_nothing() -> None:
    sealed.burn("nonsense", "", "A" * 342)
    assert not BurntSeal.objects.exists()


def test_a_changed_secret_key_does_not_end_running_searches(settings: object) -> None:
    old = settings.SECRET_KEY  # type: ignore[attr-defined]
    token = seal(QUERY)
    settings.SECRET_KEY = "another secret of this site"  # type: ignore[attr-defined]
    with pytest.raises(Broken):
        unseal(token)
    settings.SECRET_KEY_FALLBACKS = [old]  # type: ignore[attr-defined]
    assert unseal(token).query == QUERY


def test_a_query_beyond_any_address_is_refused_with_the_cure() -> None:
    choices = [f"{number:x}" for number in range(7**7, 7**7 + 1_000_000, 997)]
    with pytest.raises(TooLong, match="fewer"):
        seal({"facets": {"tag": choices}})


# --- /burn ---

FORM = "application/x-www-form-urlencoded"
OURS = {"Sec-Fetch-Site": "same-origin"}


def burnt(token: str) -> bool:
    try:
        unseal(token)
    except Burnt:
        return True
    return False


def test_the_exit_burns_what_it_sends() -> None:
    one, two = seal(QUERY), seal(QUERY)
    answer = burn_view(RequestFactory().post("/burn", f"seal={one}&seal={two}", FORM, headers=OURS))
    assert answer.status_code == 204
    assert burnt(one)
    assert burnt(two)


@pytest.mark.parametrize(
    ("headers", "counts"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, False),
        ({"Origin": "http://testserver"}, True),
        ({"Origin": "https://elsewhere.example"}, False),
        ({"Origin": "null"}, False),
        ({}, False),
    ],
)
def test_only_our_own_pages_may_burn(headers: dict[str, str], counts: bool) -> None:
    token = seal(QUERY)
    answer = burn_view(RequestFactory().post("/burn", f"seal={token}", FORM, headers=headers))
    assert answer.status_code == 204
    assert burnt(token) is counts


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("", FORM),
        ("seal=", FORM),
        ("seal=%FF%00", FORM),
        ("seal=x&" * 20_000, FORM),
        ("x" * 4_000_000, FORM),
        ("{}", "application/json"),
        ("no boundary", "multipart/form-data"),
        ("seal=x", FORM + "; charset=utf-7"),
    ],
)
def test_burn_answers_204_to_anything(body: str, content_type: str) -> None:
    assert burn_view(RequestFactory().post("/burn", body, content_type, headers=OURS)).status_code == 204


def test_burn_is_not_for_reading() -> None:
    assert burn_view(RequestFactory().get("/burn")).status_code == 405

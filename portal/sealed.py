"""A search as an encrypted, short-lived address (SAFETY.md 6).

The browser keeps every address, so an address never says what was searched: it carries the whole query
encrypted, and the server stores nothing. A seal lives 15 minutes; a link copied on purpose lives 30 days.
Seals made from one another carry one random number, their chain; the exit burns the chain and with it every
address of that search.
"""

import base64
import binascii
import json
import secrets
import struct
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils import timezone

from portal.models.seal import BurntSeal

LIFE = timedelta(minutes=15)
SHARED_LIFE = timedelta(days=30)

VERSION = b"\x01"
NONCE_BYTES = 12
TAG_BYTES = 16
CHAIN_BYTES = 16
# The whole token grows in steps of this many bytes, so that its length does not tell the query.
STEP = 256
# A request line has room for about 4,000 characters (gunicorn's limit is 4,094).
LARGEST = 10 * STEP
HEAD = struct.Struct(f">?Q{CHAIN_BYTES}sH")  # shared, expiry in epoch seconds, chain, length of the query


class Unsealable(Exception):
    """This address opens no search; `status` is the honest HTTP answer."""

    status = 404


class Broken(Unsealable):
    """Forged, cut off, or sealed with a key that this site no longer has."""


class Expired(Unsealable):
    """It was ours, and its time is over."""

    status = 410


class Burnt(Unsealable):
    """The visitor left by the exit: this search no longer exists."""

    status = 410


class TooLong(ValueError):
    """The query does not fit into an address: ask for fewer words or fewer choices."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A query as it came out of its seal. Pass `chain` on when you seal what the visitor does next."""

    query: dict[str, Any]
    chain: str
    shared: bool
    expires: datetime


def seal(query: dict[str, Any], *, chain: str | None = None, shared: bool = False) -> str:
    """Encrypt a query into one path segment.

    `chain` is that of the seal this search grew out of. A shared link always starts its own chain: whoever
    copied it on purpose may leave by the exit, and the friend's link still works.
    """
    body = zlib.compress(json.dumps(query, ensure_ascii=False, separators=(",", ":")).encode(), 9)
    needed = len(VERSION) + NONCE_BYTES + HEAD.size + len(body) + TAG_BYTES
    size = -(-needed // STEP) * STEP
    if size > LARGEST:
        raise TooLong("This search is too long for an address. Use fewer words or fewer choices.")
    number = secrets.token_bytes(CHAIN_BYTES) if shared or chain is None else bytes.fromhex(chain)
    expires = timezone.now() + (SHARED_LIFE if shared else LIFE)
    plain = HEAD.pack(shared, int(expires.timestamp()), number, len(body)) + body + bytes(size - needed)
    nonce = secrets.token_bytes(NONCE_BYTES)
    token = VERSION + nonce + _ciphers()[0].encrypt(nonce, plain, VERSION)
    return base64.urlsafe_b64encode(token).rstrip(b"=").decode()


def unseal(token: str) -> Sealed:
    """Open a seal, or raise Broken, Expired or Burnt."""
    opened = _open(token)
    if opened.expires <= timezone.now():
        raise Expired("This search is over.")
    if BurntSeal.objects.filter(digest=_digest(opened.chain), until__gt=timezone.now()).exists():
        raise Burnt("This search was wiped.")
    return opened


def inherit(token: str) -> str | None:
    """The chain that a search made from this one must carry; None, a new chain, if the token is not good.

    A shared link has many readers: what each of them searches next is theirs, and has a chain of its own.
    """
    try:
        parent = unseal(token)
    except Unsealable:
        return None
    return None if parent.shared else parent.chain


def burn(*tokens: str) -> None:
    """Make every seal of these chains unreadable at once, for all workers.

    A younger seal of the same chain may outlive the one we are shown, so a burn lasts a whole life from
    now. Expired tokens count for the same reason: the tab may still hold the newer ones.
    """
    now = timezone.now()
    rows = {}
    for token in tokens:
        try:
            opened = _open(token)
        except Broken:
            continue
        until = max(now + LIFE, opened.expires) if opened.shared else now + LIFE
        rows[_digest(opened.chain)] = until
    BurntSeal.objects.filter(until__lte=now).delete()
    BurntSeal.objects.bulk_create(
        [BurntSeal(digest=digest, until=until) for digest, until in rows.items()],
        update_conflicts=True,
        unique_fields=["digest"],
        update_fields=["until"],
    )


def _open(token: str) -> Sealed:
    """Decrypt, whatever the token's age; Broken if it is not ours."""
    if len(token) > LARGEST * 4 // 3 + 4:
        raise Broken("This address is not one of ours.")
    try:
        raw = base64.b64decode(
            token.encode("ascii") + b"=" * (-len(token) % 4), altchars=b"-_", validate=True
        )
    except (UnicodeEncodeError, binascii.Error) as error:
        raise Broken("This address is not one of ours.") from error
    if raw[:1] != VERSION or len(raw) % STEP:
        raise Broken("This address is not one of ours.")
    plain = _decrypt(raw[1 : 1 + NONCE_BYTES], raw[1 + NONCE_BYTES :])
    shared, expires, chain, length = HEAD.unpack_from(plain)
    query = json.loads(zlib.decompress(plain[HEAD.size : HEAD.size + length]))
    return Sealed(query, chain.hex(), shared, datetime.fromtimestamp(expires, UTC))


def _decrypt(nonce: bytes, body: bytes) -> bytes:
    for cipher in _ciphers():
        try:
            return cipher.decrypt(nonce, body, VERSION)
        except InvalidTag:
            continue
    raise Broken("This address is not one of ours.")


def _digest(chain: str) -> str:
    return sha256(bytes.fromhex(chain)).hexdigest()


def _ciphers() -> tuple[AESGCM, ...]:
    """The site's key first, then those it had before: a changed secret does not end running searches."""
    return tuple(_cipher(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=8)
def _cipher(secret: str) -> AESGCM:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"lantern sealed search")
    return AESGCM(derive.derive(secret.encode()))

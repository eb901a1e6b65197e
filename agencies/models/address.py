"""What is the public address of a thing: short opaque codes, never reused, retired ones remembered.

A visitor's browser keeps every address, and the phone may be shared: so an address says nothing about what it
leads to, neither for the sensitive pages nor for the others (or opaque would mean sensitive).
"""

import re
import secrets
from collections.abc import Sequence

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# No vowels (no words arise) and nothing that is misread for a neighbour: 0 o 1 l i are out, and of the pairs
# b 8, s 5, z 2, g q 9, v w only one stays; rn reads as m, so r is out too.
LETTERS = "cdfhjkmnptvx"
DIGITS = "23456789"
LENGTH = 6
PATTERN = rf"(?=[{LETTERS}]*[{DIGITS}])[{LETTERS}{DIGITS}]{{{LENGTH}}}"
_CODE = re.compile(PATTERN)


def is_code(text: str) -> bool:
    return _CODE.fullmatch(text) is not None


def new_code() -> str:
    """A random code with at least one digit, so that it is unlike any word, slug or route."""
    while True:
        code = "".join(secrets.choice(LETTERS + DIGITS) for _ in range(LENGTH))
        if is_code(code):
            return code


def _draw(number: int) -> list[str]:
    """As many different codes. There are tens of millions, so that one of them is taken is rare."""
    codes: set[str] = set()
    while len(codes) < number:
        codes.add(new_code())
    return list(codes)


class AddressQuerySet(models.QuerySet["Address"]):
    def delete(self):
        raise models.ProtectedError("Addresses are never deleted, only retired: call retire().", set(self))


class Address(models.Model):
    """One code. Rows are never deleted: a code that once led somewhere never leads anywhere else."""

    class Kind(models.TextChoices):
        AGENCY = "agency", _("agency")
        SERVICE = "service", _("service")
        NEED = "need", _("need")
        PAGE = "page", _("page of the town")

    code = models.CharField(max_length=LENGTH, unique=True, default=new_code, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    retired_at = models.DateTimeField(null=True, blank=True)
    replaced_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="replaces"
    )

    objects = AddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")

    def __str__(self) -> str:
        return self.code

    @classmethod
    def mint(cls, kind: str) -> "Address":
        """A new address."""
        return cls.mint_many([kind])[0]

    @classmethod
    def mint_many(cls, kinds: Sequence[str]) -> list["Address"]:
        """As many addresses as kinds, in one statement.

        The table decides whether a code is taken, also by another worker just now; then all are drawn again.
        """
        while True:
            codes = _draw(len(kinds))
            rows = [cls(code=code, kind=kind) for code, kind in zip(codes, kinds, strict=True)]
            try:
                with transaction.atomic():
                    return cls.objects.bulk_create(rows)
            except IntegrityError:
                # Another reason than a taken code would come back for ever.
                if not cls.objects.filter(code__in=codes).exists():
                    raise

    def retire(self, replaced_by: "Address | None" = None) -> None:
        """From now on the code answers 410 and points to what replaces it. Calling it twice changes nothing."""
        if self.retired_at is None:
            self.retired_at = timezone.now()
        if replaced_by is not None and replaced_by != self:
            self.replaced_by = replaced_by
        self.save(update_fields=["retired_at", "replaced_by"])

    def successor(self) -> "Address | None":
        """What replaces a retired code today: the first living one down the chain; None where that ends or turns in a circle."""
        seen = {self.pk}
        following = self.replaced_by
        while following is not None and following.retired_at is not None:
            if following.pk in seen:
                return None
            seen.add(following.pk)
            following = following.replaced_by
        return following

    def delete(self, *args, **kwargs):
        raise models.ProtectedError("An address is never deleted, only retired: call retire().", {self})

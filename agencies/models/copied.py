"""A copy of an entry is another entry: its parts get ids of their own, and nobody has checked it yet."""

import uuid
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied

CHECKED_BY = ("assurer", "assurer_role")


class Copied:
    """To be named before Page among the bases of an entry."""

    SUB_RECORDS: tuple[str, ...]
    exclude_fields_in_copy = [
        *("address", "source", "external_id", "harvest_digest"),
        *("assured_date", *CHECKED_BY),
    ]

    if TYPE_CHECKING:
        translation_key: uuid.UUID
        phones: Any
        words: Any

    def copy_all_child_relations(self, target, exclude=None, commit=False, append=False):
        """An alias or a copy for another language would be the same entry twice: refused."""
        if target.alias_of_id or target.translation_key == self.translation_key:
            raise PermissionDenied("An entry is one page in all its languages: its words stand beside it.")
        copies = super().copy_all_child_relations(target, exclude, commit, append)  # type: ignore[misc]
        target.become_another()
        return copies

    def become_another(self) -> None:
        self._renew_ids()
        self._forget_checks()

    def _renew_ids(self) -> None:
        """Ids of the parts from the entry's own id and the old ones, so that a copied revision gets the same."""
        for relation in self.SUB_RECORDS:
            for row in getattr(self, relation).all():
                row.uid = self._renewed(row.uid)
                if getattr(row, "at", None) is not None:
                    row.at = self._renewed(row.at)
        for words in self.words.all():
            if words.record is not None:
                words.record = self._renewed(words.record)

    def _renewed(self, uid: uuid.UUID) -> uuid.UUID:
        return uuid.uuid5(self.translation_key, str(uid))

    def _forget_checks(self) -> None:
        """Somebody looked at the other entry, and may have called its numbers; not these."""
        phones = list(self.phones.all())
        for phone in phones:
            phone.assured_date, phone.assurer, phone.assurer_role = None, "", ""
        self.phones = phones
        self.words = [row for row in self.words.all() if row.record or row.field not in CHECKED_BY]

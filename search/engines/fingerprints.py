"""What tells whether a document that is stored is still the document as it is now."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace

from search.types import Document


def fingerprint_of(document: Document, make: str) -> str:
    """Changes whenever the document does, or the make of an index: of its analysis and of what keeps it."""
    return digest([make, asdict(_plain(document)), list(document.texts)])


def digest(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]


def _plain(document: Document) -> Document:
    """The document with plain dictionaries, which asdict can copy, and its facets' values in order."""
    return replace(
        document,
        texts=dict(document.texts),
        names=dict(document.names),
        facets={name: tuple(sorted(set(values))) for name, values in document.facets.items() if values},
        payload=dict(document.payload),
    )

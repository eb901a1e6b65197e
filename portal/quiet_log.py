"""What a log may say of an address: neither words that somebody typed, nor what would open a page."""

import logging
from urllib.parse import quote

LONGEST_PART = 20  # characters: codes and words of ours are shorter, every secret in a path is longer
CUT = "..."


def path_to_write(path: str, status: int) -> str:
    """A path of ours without its secrets (seals, links of mails, invitations). What leads nowhere may hold
    somebody's words, typed into the wrong field, and is not written at all."""
    if status in (400, 404):
        return CUT
    return "/".join(
        CUT if len(part) > LONGEST_PART else quote(part, errors="replace") for part in path.split("/")
    )


class WithoutPaths(logging.Filter):
    """Django names the path of each request that it refuses or that failed."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if request is not None and isinstance(record.args, tuple):
            written = path_to_write(request.path, getattr(record, "status_code", 404))
            escaped = request.path.encode("unicode_escape").decode()  # as Django hands it on
            record.args = tuple(written if each in (escaped, request.path) else each for each in record.args)
        return True

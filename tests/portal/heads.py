"""What a browser's history or a chat's preview takes from a page without its being opened."""

import re


def head_of(page: str) -> set[str]:
    """Everything that stands in the head as a title or a text."""
    found = re.findall(r"<title>(.*?)</title>", page)
    found += re.findall(r'<meta (?:name="description"|property="og:\w+") content="(.*?)">', page)
    return set(found)


def icons_of(page: str) -> list[str]:
    return re.findall(r'<link rel="icon" href="[^"]*/(\w+)[^"/]*"', page)

"""What a browser's history or a chat's preview takes from a page without its being opened."""

import re


def title_of(page: str) -> str:
    return re.findall(r"<title>(.*?)</title>", page, re.DOTALL)[0]


def head_of(page: str) -> set[str]:
    """Everything that stands in the head as a title or a text."""
    found = [title_of(page)]
    found += re.findall(r'<meta (?:name="description"|property="og:\w+") content="(.*?)">', page)
    return set(found)


def icons_of(page: str) -> list[str]:
    return re.findall(r'<link rel="icon" href="[^"]*/(\w+)[^"/]*"', page)

"""What the checker found in a piece of a page, for the editor's preview of it."""

from django import template

from portal.previewing import Preview

register = template.Library()


@register.filter
def marks_in(preview: Preview | str | None, key: str | int) -> str:
    """Nothing on a public page, whose request has no preview."""
    return preview.reading.get(str(key), "") if isinstance(preview, Preview) else ""

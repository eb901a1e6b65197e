"""The exit's last word to the server: forget this search, in every worker, now."""

from urllib.parse import urlsplit

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from portal import sealed

MOST_SEALS = 40


@csrf_exempt
@require_POST
def burn(request: HttpRequest) -> HttpResponse:
    """Burn the chains of the seals in the body.

    Always 204: the page that asked is gone, and nobody else learns which seals were ours. There is no
    cookie to ride on, so a forged request could only burn a seal that the forger already holds; the check
    of the origin keeps even that out.
    """
    if _comes_from_us(request):
        sealed.burn(*_seals(request))
    return HttpResponse(status=204)


def _seals(request: HttpRequest) -> list[str]:
    if request.content_type != "application/x-www-form-urlencoded":
        return []
    try:
        return request.POST.getlist("seal")[:MOST_SEALS]
    except (BadRequest, SuspiciousOperation):  # too large, too many fields, another charset: nothing of ours
        return []


def _comes_from_us(request: HttpRequest) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return urlsplit(request.headers.get("Origin", "")).netloc == request.get_host()

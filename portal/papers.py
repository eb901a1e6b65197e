"""What the law asks a public site to say: what it keeps of its visitors, and for whom it works."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies.corrections import KEPT_DAYS, TEXT_DAYS

from . import accessibility, languages, sealed
from .frame import Frame, context_of, in_town_language, show
from .models import Demand


@require_safe
@in_town_language
def privacy(request: HttpRequest, frame: Frame) -> HttpResponse:
    context = context_of(request, frame, title=_("Privacy"), route="privacy") | {
        "offices": frame.town,
        "kept": {
            "minutes": int(sealed.LIFE.total_seconds() // 60),
            "fewest": Demand.FEWEST,
            "text_days": TEXT_DAYS,
            "report_days": KEPT_DAYS,
            "link_days": sealed.SHARED_LIFE.days,
        },
    }
    return show(request, "portal/privacy.html", context)


@require_safe
@in_town_language
def privacy_for_children(request: HttpRequest, frame: Frame) -> HttpResponse:
    context = context_of(request, frame, sensitive=True, route="privacy_child")
    return show(request, "portal/privacy_child.html", context)


@require_safe
@in_town_language
def accessible(request: HttpRequest, frame: Frame) -> HttpResponse:
    tested = accessibility.tested()
    context = context_of(request, frame, title=_("Accessibility"), route="accessibility") | {
        "tested": tested,
        "tested_on": languages.full_day(tested.on),
        "holds_until": languages.full_day(tested.holds_until),
        "spoken": [languages.name_of(code) for code in tested.languages],
        "is_out_of_date": tested.is_out_of_date(timezone.localdate()),
        "offices": frame.town,
    }
    return show(request, "portal/accessibility.html", context)

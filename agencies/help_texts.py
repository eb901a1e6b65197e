"""What each field of an entry's editor asks for, in plain words, for somebody in their first hour.

Fields whose model says it already are not listed. A text stands here, not at its column, because it is about filling
in a form: a better sentence must not need a migration.
"""

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise

# By "model.field", or by the field alone where it is the same everywhere.
TEXTS: dict[str, Text] = {
    "email": _("One that several people read, so that nobody's holiday leaves a family without an answer."),
    "holiday_hours": _("What a family should expect on a public holiday. Not sure: “call first”."),
    "assured_date": _("The day somebody last went through every line of this and found it right."),
    "assurer": _("The organisation that checked it, never a person."),
    "assurer_role": _("For instance: duty desk. No names."),
    "tags": _("Words that people search for and that stand nowhere else. Not shown in other languages."),
    "minimum_age": _("In months, so that babies have an age too: 6 years are 72. Empty: from birth."),
    # An agency
    "agencypage.title": _("As people know it, written out. Short forms go under “other names”."),
    "agencypage.key": _("Feeds and groups name the agency by it, for ever. Empty: made of the name."),
    "agencypage.kind": _("What sort of organisation this is. Families see it above the name."),
    "agencypage.sector": _("Who runs it: the public hand, an organisation without profit, or a business."),
    "agencypage.logo": _("Your own, if you may use it. It is not needed."),
    "agencypage.parent_agency": _(
        "The larger organisation this one belongs to, if there is one in the list."
    ),
    "agencypage.year_incorporated": _("For other directories. Families are not shown it."),
    "agencypage.legal_status": _("For other directories. Families are not shown it."),
    # A service
    "servicepage.status": _(
        "“Temporarily closed” stays on the site and says so. “Inactive” and “defunct” take it off."
    ),
    "servicepage.urgency": _("How quickly somebody who needs this should come."),
    "servicepage.kinds": _("What it is. This also sets how often you are asked whether it is still correct."),
    "servicepage.needs": _(
        "What a family would say is wrong. This is how most of them find you: tick all that fit."
    ),
    "servicepage.access_modes": _("How somebody can reach you: by phone, in a chat, by coming in."),
    "servicepage.referral": _("Whether somebody must send the family to you, or they can simply come."),
    "servicepage.wait_time": _("How long until the first talk, as it is today: “about two weeks”."),
    "servicepage.audiences": _("Whom it is for. Nothing ticked: for everybody."),
    "servicepage.eligibility_description": _("In words, what the ticks cannot say: “also without papers”."),
    "servicepage.situations": _("Lives in which this helps, even where the need is another one."),
    "servicepage.access_conditions": _(
        "What a child asks first: is it free, may I come alone, must I say my name?"
    ),
    "servicepage.fees_description": _("What it costs and who pays. Free: say so."),
    "servicepage.interpretation_services": _(
        "Whether somebody interprets, for which languages, and how to ask for it."
    ),
    "servicepage.four_ps": _("Which part of protecting children it belongs to. For the town's planning."),
    "servicepage.providers": _(
        "Other agencies that offer this together with you. They are named on the page."
    ),
    # Numbers
    "phone.type": _("What happens at this number. For a chat, write its web address."),
    "phone.free_call": _(
        "From a mobile phone too. Not sure: leave “not known”; a wrong “yes” costs a child its credit."
    ),
    "phone.anonymous": _("Whether somebody may call and never say who they are."),
    "phone.on_bill": _("Whether somebody who sees the bill would find this number on it."),
    "phone.recorded": _("Whether the call is kept as a recording."),
    "phone.located": _("Whether you can see where the caller is."),
    "phone.extension": _("Only where it must be dialled after the number."),
    # Other parts
    "contact.department": _("Only where it helps to ask for it."),
    "website.label": _("What somebody finds there: “booking a time”."),
    "website.url": _("The page itself, not the front page of a large site."),
    "location.location_type": _("Where families come to; or where they only write to; or online."),
    "location.address_1": _("As on a letter."),
    "location.address_2": _("What helps to find the door."),
    "location.postal_code": _("As on a letter."),
    "location.city": _("As on a letter."),
    "location.country": _("Only if it is not this country."),
    "location.district": _("The part of town. Families who chose it see the nearest help first."),
    "location.latitude": _("From a map, like 52.37. Without both the distance is not known."),
    "location.longitude": _("From a map, like 9.73. Without both the distance is not known."),
    "location.transportation": _("Which bus or tram, which stop, and the way from there."),
    "location.description": _("What somebody sees when they arrive: “a yellow door beside the bakery”."),
    "serviceatlocation.location": _(
        "A place that stands in the agency's own page. New places are added there."
    ),
    "serviceatlocation.description": _("What is different for this service: “second floor”."),
    "servicearea.reach": _("How far people may come from."),
    "servicearea.district": _("Only for “one district”. Several districts are several rows."),
    "servicearea.name": _("Only for “another area”: how people call it."),
    "schedule.byday": _("On which days. The same hours on several days are one row."),
    "schedule.opens_at": _("Like 09:00. For day and night write 00:00 twice."),
    "schedule.closes_at": _("Like 17:30. After midnight is fine. A break at noon makes two rows."),
    "schedule.valid_from": _("The first day of an exception or a season. Empty: always."),
    "schedule.valid_to": _("The last day of it. Empty: until you change it."),
    "schedule.description": _("If it is not everything: “only by phone”."),
    "schedule.notes": _("What else one must know: “ring twice”."),
    "requireddocument.term": _("What somebody should have with them. Nothing needed: leave the list empty."),
    "requireddocument.note": _("Whether one may come without it: “if you have it”."),
}


def fill(form: forms.BaseModelForm) -> None:
    """Gives each field its help from here: also in place of what Wagtail says of a title and of tags."""
    model = form._meta.model._meta.model_name
    for name, field in form.fields.items():
        text = TEXTS.get(f"{model}.{name}", TEXTS.get(name))
        if text:
            field.help_text = str(text)

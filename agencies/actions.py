"""What Wagtail's log says of our own doings."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry, LogFormatter

from . import freshness, taking_away

WITHOUT_PERSON: dict[str, tuple[str | Promise, str | Promise]] = {
    freshness.CONFIRMED: (_("Confirm"), _("Confirmed: still correct")),
    taking_away.TITLE_HIDDEN: (_("Hide title"), _("Title hidden from browsers' histories, at once")),
    "agencies.open": (_("Open agency"), _("Agency opened")),
    "agencies.close": (_("Close agency"), _("Agency closed")),
    "agencies.reset_second_factor": (_("Take away second step"), _("Second step taken away")),
}
# The message is followed by the person and the role.
WITH_PERSON: dict[str, tuple[str | Promise, str | Promise]] = {
    "agencies.add_member": (_("Give role"), _("Role given")),
    "agencies.remove_member": (_("Take role away"), _("Role taken away")),
    "agencies.invite": (_("Invite"), _("Invited")),
    "agencies.withdraw_invitation": (_("Take invitation back"), _("Invitation taken back")),
    "agencies.accept_invitation": (_("Take invitation up"), _("Invitation taken up")),
}


@hooks.register("register_log_actions")
def register(actions: LogActionRegistry) -> None:
    for action, (label, message) in WITHOUT_PERSON.items():
        actions.register_action(action, label, message)
    for action, (label, message) in WITH_PERSON.items():
        actions.register_action(action)(_formatter(label, message))


def _formatter(label: str | Promise, message: str | Promise) -> type[LogFormatter]:
    def format_message(self: LogFormatter, entry: object) -> str:
        data = entry.data  # type: ignore[attr-defined]
        return f"{message}: {data.get('person', '')}, {data.get('role', '')}"

    return type("RoleFormatter", (LogFormatter,), {"label": label, "format_message": format_message})

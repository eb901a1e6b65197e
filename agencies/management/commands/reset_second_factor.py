from django.core.management.base import BaseCommand, CommandError

from agencies import second_factor
from agencies.models import User


class Command(BaseCommand):
    help = (
        "Takes away a person's second factor, for a town whose only admin lost the phone. "
        "The next sign-in leads to set-up; the person is told by mail, and the log says it."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("username", help="the name that the person signs in with")

    def handle(self, *args, **options) -> None:
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"There is nobody with the user name “{options['username']}”.")
        second_factor.reset(user)
        self.stdout.write(f"{user}: the second factor is gone, every session ended.")

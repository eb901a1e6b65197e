"""`lantern` on the command line: Django's own commands with our settings."""

import os
import sys


def main() -> int:
    """Run a management command; the exit code is the command's."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
    return 0

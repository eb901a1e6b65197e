#!/usr/bin/env python
"""Django's command line with Lantern's settings."""

import sys

from portal.cli import main

if __name__ == "__main__":
    sys.exit(main())

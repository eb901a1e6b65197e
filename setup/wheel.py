"""A build hook of the wheel: the catalogues are compiled before they are packed.

Compiled catalogues are not in git, so a wheel built from a fresh clone would speak English alone.
"""

from __future__ import annotations

import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Catalogues(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        sys.path.insert(0, self.root)  # the build runs this file by its path, not as a part of a package
        from setup import compile_messages

        compile_messages.main()

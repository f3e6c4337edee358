"""Lets every build and installation of this project have the page: hatchling calls it."""

import os
import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PageHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling's own parameter is of no use here
    """Builds the page before the wheel; an editable installation finds it in the sources.

    `make` builds it beside the installation, and sets TANE_WITHOUT_PAGE.
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's interface
        """Build the page where its sources are new; see tane/web/page/build.py."""
        if self.target_name == "wheel" and not os.environ.get("TANE_WITHOUT_PAGE"):
            runpy.run_path(str(Path(self.root) / "tane" / "web" / "page" / "build.py"))["build"]()

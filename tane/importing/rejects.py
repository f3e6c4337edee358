"""The list of lines that were not imported: where and why, never what."""

import csv
from pathlib import Path
from typing import TextIO

from tane.importing.records import Reject


class Rejects:
    """A CSV file that exists only if lines were rejected.

    A file that cannot be written never stops an import: `problem` says what was wrong.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problem: str | None = None
        self._file: TextIO | None = None

    def add(self, file: str, reject: Reject) -> None:
        """Note one line of a file."""
        if self.problem is not None:
            return
        try:
            if self._file is None:
                self._file = self.path.open("w", encoding="utf-8", newline="")
                csv.writer(self._file).writerow(["file", "line", "reason", "detail"])
            csv.writer(self._file).writerow([file, reject.line, reject.reason, reject.detail])
        except OSError as error:
            self.problem = f"{self.path} cannot be written: {error.strerror}"

    def close(self) -> None:
        """Write what is left and close the file, if there is one."""
        if self._file is None:
            return
        try:
            self._file.close()
        except OSError as error:
            self.problem = f"{self.path} cannot be written: {error.strerror}"

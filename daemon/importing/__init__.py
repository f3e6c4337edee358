"""Import: files of what was said become utterances, their splits and their jobs."""

from daemon.importing.importer import ImportOptions, import_files
from daemon.importing.inputs import FORMATS, STDIN
from daemon.importing.overwrites import Rewording, WouldOverwrite
from daemon.importing.records import Columns, ImportProblem
from daemon.importing.report import ImportedFile, ImportReport, Progress, Tally

__all__ = [
    "FORMATS",
    "STDIN",
    "Columns",
    "ImportOptions",
    "ImportProblem",
    "ImportReport",
    "ImportedFile",
    "Progress",
    "Rewording",
    "Tally",
    "WouldOverwrite",
    "import_files",
]

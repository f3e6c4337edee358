"""Import: files of what was said become utterances, their splits and their jobs."""

from tane.importing.importer import ImportOptions, import_files
from tane.importing.inputs import FORMATS, STDIN
from tane.importing.overwrites import Rewording, WouldOverwrite
from tane.importing.records import Columns, ImportProblem
from tane.importing.report import ImportedFile, ImportReport, Progress, Tally

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

"""Import: files of what was said become utterances, their splits and their jobs."""

from tane.importing.identity import Rewording, WouldOverwrite
from tane.importing.import_report import ImportCounts, ImportedFile, ImportProgress, ImportReport
from tane.importing.importer import ImportOptions, import_files
from tane.importing.inputs import FORMATS, STDIN
from tane.importing.records import Columns, ImportProblem

__all__ = [
    "FORMATS",
    "STDIN",
    "Columns",
    "ImportCounts",
    "ImportOptions",
    "ImportProblem",
    "ImportProgress",
    "ImportReport",
    "ImportedFile",
    "Rewording",
    "WouldOverwrite",
    "import_files",
]

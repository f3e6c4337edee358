"""The steps of a recap, in order; each has the name that the documents give it."""

from tane.runs.recap import (
    choosing,
    citing,
    classifying,
    deduplicating,
    fetching,
    finishing,
    grouping,
    preparing,
    preprocessing,
    writing_sections,
)
from tane.runs.recap.recap_files import RecapOptions
from tane.runs.step import Step

# The weights are the seconds that 2,000 documents took on two cores; writing depends on the model.
STEPS: tuple[Step[RecapOptions], ...] = (
    Step(name="prepare", run=preparing.prepare, weight=0.2),
    Step(name="fetch", run=fetching.fetch, weight=2.0),
    Step(name="preprocess", run=preprocessing.preprocess, weight=3.0),
    Step(name="dedup", run=deduplicating.deduplicate, weight=4.0),
    Step(name="genre", run=classifying.classify, weight=1.0),
    Step(name="select", run=choosing.choose, weight=1.0),
    Step(name="evidence", run=citing.cite, weight=2.0),
    Step(name="stories", run=grouping.group, weight=6.0),
    Step(name="summary", run=writing_sections.write_sections, weight=40.0),
    Step(name="finish", run=finishing.finish, weight=0.2),
)

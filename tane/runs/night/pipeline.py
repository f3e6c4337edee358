"""The steps of the night, in order."""

from tane.runs.night import computing, publishing, reading, settling
from tane.runs.step import Step

# The weights are the seconds that 10,000 seeds took on two cores.
STEPS: tuple[Step, ...] = (
    Step(name="read", run=reading.read, weight=2.0),
    Step(name="neighbours", run=computing.find_neighbours, weight=10.0),
    Step(name="clusters", run=computing.find_clusters, weight=10.0),
    Step(name="edges", run=computing.find_links, weight=4.0),
    Step(name="maps", run=computing.draw_maps, weight=60.0),
    Step(name="publish", run=publishing.publish, weight=15.0),
    Step(name="settle", run=settling.settle, weight=1.0),
)

"""The steps of the night, in order."""

from tane.runs.night import clusters, edges, maps, neighbours, publishing, reading, settling
from tane.runs.night.workspace import NightOptions
from tane.runs.step import Step

# The weights are the seconds that 10,000 seeds took on two cores.
STEPS: tuple[Step[NightOptions], ...] = (
    Step(name="read", run=reading.read, weight=2.0),
    Step(name="neighbours", run=neighbours.find_neighbours, weight=10.0),
    Step(name="clusters", run=clusters.find_clusters, weight=10.0),
    Step(name="edges", run=edges.find_edges, weight=4.0),
    Step(name="maps", run=maps.draw_maps, weight=60.0),
    Step(name="publish", run=publishing.publish, weight=15.0),
    Step(name="settle", run=settling.settle, weight=1.0),
)

from dataclasses import dataclass, field

from daemon.queue.lanes import LaneTurn, next_turn
from handlers.contract import Lane
from tests.tables import every

TEXT, EMBED, LOCAL = Lane.TEXT, Lane.EMBED, Lane.LOCAL
SLICE_S = 180.0


@dataclass(frozen=True, kw_only=True)
class Moment:
    why: str
    turn: Lane
    in_flight: dict[Lane, int] = field(default_factory=dict)
    waiting: dict[Lane, int] = field(default_factory=dict)
    now_s: float
    lane: Lane
    may_claim: bool = True


@every(
    "moment",
    [
        Moment(why="an idle lane keeps its turn", turn=TEXT, now_s=999, lane=TEXT),
        Moment(why="a lane alone keeps its turn", turn=TEXT, waiting={TEXT: 9}, now_s=999, lane=TEXT),
        Moment(why="a turn lasts its slice", turn=TEXT, waiting={TEXT: 9, EMBED: 9}, now_s=179, lane=TEXT),
        Moment(
            why="a turn that is over runs empty first",
            turn=TEXT, in_flight={TEXT: 1}, waiting={TEXT: 9, EMBED: 9}, now_s=180, lane=TEXT, may_claim=False,
        ),
        Moment(
            why="the other begins when nothing is in flight",
            turn=TEXT, waiting={TEXT: 9, EMBED: 9}, now_s=180, lane=EMBED,
        ),
        Moment(
            why="a lane with nothing left runs empty first",
            turn=TEXT, in_flight={TEXT: 1}, waiting={EMBED: 9}, now_s=5, lane=TEXT, may_claim=False,
        ),
        Moment(
            why="a lane with nothing left gives its turn away", turn=TEXT, waiting={EMBED: 9}, now_s=5, lane=EMBED
        ),
        Moment(
            why="what needs no model is no reason to switch", turn=EMBED, waiting={LOCAL: 9}, now_s=999, lane=EMBED
        ),
    ],
    ids=lambda moment: moment.why,
)  # fmt: skip
def test_turns(moment: Moment):
    decided = next_turn(
        LaneTurn(lane=moment.turn),
        in_flight=moment.in_flight, waiting=moment.waiting, now_s=moment.now_s, slice_s=SLICE_S,
    )  # fmt: skip

    assert decided.lane is moment.lane
    assert (moment.lane in decided.open) is moment.may_claim


def test_embeddings_come_first():
    assert EMBED in LaneTurn().open
    assert TEXT not in LaneTurn().open


def test_what_needs_no_model_never_waits_for_a_turn():
    assert all(
        LOCAL in LaneTurn(lane=lane, is_ending=ending).open
        for lane in (TEXT, EMBED)
        for ending in (True, False)
    )


@dataclass
class Host:
    """One call at a time on each lane, a second each; counts what would thrash a real host."""

    waiting: dict[Lane, int]
    turn: LaneTurn = field(default_factory=LaneTurn)
    in_flight: dict[Lane, int] = field(default_factory=lambda: {TEXT: 0, EMBED: 0})
    switches: int = 0
    longest_wait_s: dict[Lane, int] = field(default_factory=lambda: {TEXT: 0, EMBED: 0})
    waited_s: dict[Lane, int] = field(default_factory=lambda: {TEXT: 0, EMBED: 0})

    def second(self, now_s: int) -> None:
        before = self.turn.lane
        self.turn = next_turn(
            self.turn, in_flight=self.in_flight, waiting=self.waiting, now_s=now_s, slice_s=SLICE_S
        )
        self.switches += self.turn.lane is not before
        for lane in (TEXT, EMBED):
            if lane in self.turn.open and self.waiting[lane]:
                self.waiting[lane] -= 1
                self.in_flight[lane] += 1
        assert not (self.in_flight[TEXT] and self.in_flight[EMBED]), "two models at once"
        for lane in (TEXT, EMBED):
            is_starved = bool(self.waiting[lane]) and not self.in_flight[lane]
            self.waited_s[lane] = self.waited_s[lane] + 1 if is_starved else 0
            self.longest_wait_s[lane] = max(self.longest_wait_s[lane], self.waited_s[lane])
            if self.in_flight[lane] and now_s % 3 == 0:
                self.in_flight[lane] = 0


def test_two_busy_lanes_share_an_hour_fairly_and_without_thrashing():
    host = Host(waiting={TEXT: 10_000, EMBED: 10_000})

    for now_s in range(3600):
        host.second(now_s)

    assert 18 <= host.switches <= 21
    assert max(host.longest_wait_s.values()) <= SLICE_S + 5
    assert abs(host.waiting[TEXT] - host.waiting[EMBED]) < 2 * SLICE_S


def test_a_trickle_of_embeddings_beside_a_long_import_waits_no_longer_than_a_slice():
    host = Host(waiting={TEXT: 10_000, EMBED: 0})

    for now_s in range(3600):
        host.waiting[EMBED] += now_s % 30 == 0
        host.second(now_s)

    assert host.longest_wait_s[EMBED] <= SLICE_S + 5
    assert host.longest_wait_s[TEXT] <= 10

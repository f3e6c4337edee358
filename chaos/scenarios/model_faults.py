"""Fault 4: the model server fails in every way it knows, and answers nonsense."""

from collections.abc import Sequence
from functools import partial

from chaos.scenarios import ledger
from chaos.scenarios.daemon_testbed import DaemonTestbed, ask, is_done
from chaos.scenarios.ledger import ScenarioResult
from chaos.scenarios.process_faults import PATIENCE_S
from tane.store.pool import Pool
from tests.faults import Fault, FaultProxy
from tests.system.daemon_process import Daemon
from tests.waiting import until

GENERATE, EMBED = "/api/generate", "/api/embed"
OUTAGES = (Fault.HANG, Fault.CRASH, Fault.OUT_OF_MEMORY, Fault.BUSY, Fault.RESET, Fault.CUT_BODY)
# An empty reply is none of them: the documents' own words ask for it where there is nothing to say.
BAD_REPLIES = (Fault.GARBAGE, Fault.ABORTED, Fault.CUT_OFF, Fault.ENDLESS)
BAD_VECTORS = (
    Fault.NAN, Fault.NAN_OLD, Fault.NULLS, Fault.ZERO, Fault.SHORT_VECTOR, Fault.ONE_TOO_FEW,
)  # fmt: skip


async def inject_model_faults(
    ground: DaemonTestbed, *, rounds: int, utterances: int, daemons: int = 1, timeout_s: float = 1.0
) -> ScenarioResult:
    """Let each outage come once per round, then each wrong answer; each when the last one is over.

    timeout_s: after that a call that hangs is given up; healthy calls must be quicker on this machine.
    """
    pool, proxy = ground.pool, ground.proxy
    running = [await ground.start({"TANE_LLM__TIMEOUT_S": str(timeout_s)}) for _ in range(daemons)]
    first, restarts = 0, 0
    for _ in range(rounds):
        for path in (GENERATE, EMBED):
            first = await _inject_in_turn(ground, OUTAGES, path, first=first, utterances=utterances)
        before = _troubles(running)
        proxy.script(Fault.HANG, path=GENERATE)
        await ask(pool, utterances, first=first)
        first += utterances
        await until(
            lambda: any(call.ended_at is None for call in proxy.calls(GENERATE)), what="a call is open"
        )
        await proxy.stop()
        await until(
            partial(_has_troubles, running, before + 1), what="it is noticed that the server does not answer"
        )
        await proxy.start()
        restarts += 1
        await _end(pool)
    charged = (await ledger.totals(pool))["attempts charged otherwise"]
    for _ in range(rounds):
        first = await _inject_in_turn(ground, BAD_REPLIES, GENERATE, first=first, utterances=utterances)
        first = await _inject_in_turn(ground, BAD_VECTORS, EMBED, first=first, utterances=utterances)
    wrong = await ground.discrepancies(asked=first)
    return ScenarioResult(
        name="a model server that fails",
        did={
            "outages": rounds * 2 * len(OUTAGES),
            "restarts": restarts,
            "wrong answers": rounds * (len(BAD_REPLIES) + len(BAD_VECTORS)),
            "daemons at a time": daemons,
            "jobs charged for an outage": charged,
            **await ledger.totals(pool),
        },
        wrong={**wrong, **({"a job charged for an outage": charged} if charged else {})},
    )


async def _inject_in_turn(
    ground: DaemonTestbed, faults: Sequence[Fault], path: str, *, first: int, utterances: int
) -> int:
    for fault in faults:
        first = await _inject(ground, fault, path, first=first, utterances=utterances)
    return first


async def _inject(ground: DaemonTestbed, fault: Fault, path: str, *, first: int, utterances: int) -> int:
    """Spoil the next call, and wait until all is well again by itself."""
    before = _injected(ground.proxy, fault)
    ground.proxy.script(fault, path=path)
    await ask(ground.pool, utterances, first=first)
    await until(lambda: _injected(ground.proxy, fault) > before, what=f"{fault.value} came")
    await _end(ground.pool)
    return first + utterances


def _injected(proxy: FaultProxy, fault: Fault) -> int:
    return sum(call.fault is fault for call in proxy.calls())


async def _end(pool: Pool) -> None:
    await until(lambda: is_done(pool), what="every job has ended", deadline_s=PATIENCE_S)


def _has_troubles(running: list[Daemon], number: int) -> bool:
    return _troubles(running) >= number


def _troubles(running: list[Daemon]) -> int:
    return sum(len(daemon.events("ollama.down")) for daemon in running)

"""Fault 3: a daemon stands still for longer than its lease, and goes on as if nothing had happened."""

import signal
from functools import partial

from chaos.scenarios import ledger
from chaos.scenarios.ground import Ground, ask, is_done
from chaos.scenarios.killing import PATIENCE_S, claims_of
from chaos.scenarios.ledger import Outcome
from tests.faults import Fault, FaultProxy
from tests.system.daemon_process import Daemon
from tests.waiting import until

AT_ONCE = 2


async def freeze_again_and_again(ground: Ground, *, rounds: int, utterances: int) -> Outcome:
    """Freeze a daemon whose calls are answered only after another has done its jobs; then let it go on."""
    pool, proxy = ground.pool, ground.proxy
    frozen = await ground.start()
    stale, held = 0, 0
    for number in range(rounds):
        lost = len(frozen.events("job.lost_claim"))
        before = len(proxy.calls("/api/generate"))
        proxy.script(*[Fault.HANG] * AT_ONCE, path="/api/generate")
        await ask(pool, AT_ONCE, first=number * (utterances + AT_ONCE))
        await until(partial(_has_calls, proxy, before + AT_ONCE))
        frozen.send(signal.SIGSTOP)
        claims = await claims_of(pool, frozen)  # on a machine without time its lease may be over already
        held += bool(claims)
        other = await ground.start()
        await ask(pool, utterances, first=number * (utterances + AT_ONCE) + AT_ONCE)
        await until(lambda: is_done(pool), what="another did its jobs", deadline_s=PATIENCE_S)
        proxy.clear()
        frozen.send(signal.SIGCONT)
        if claims:
            await until(
                partial(_has_lost, frozen, lost), what="it finds its claims lost", deadline_s=PATIENCE_S
            )
        stale += len(frozen.events("job.lost_claim")) - lost
        await other.kill()
    await until(lambda: is_done(pool), deadline_s=PATIENCE_S)
    return Outcome(
        name="SIGSTOP beyond the lease",
        did={
            "freezes": rounds,
            "freezes that held claims": held,
            "results that came too late": stale,
            **await ledger.totals(pool),
        },
        wrong=await ground.discrepancies(asked=rounds * (utterances + AT_ONCE)),
    )


def _has_calls(proxy: FaultProxy, number: int) -> bool:
    return len(proxy.calls("/api/generate")) >= number


def _has_lost(daemon: Daemon, before: int) -> bool:
    return len(daemon.events("job.lost_claim")) > before

"""How long what waits will take on this host."""

from daemon.options import handler_options
from daemon.queue.estimate import Estimate, estimate
from handlers import all_handlers, together
from handlers.contract import Lane
from tane.llm.embedder import SLOTS as EMBED_SLOTS
from tane.settings.model import Settings
from tane.store import queue_admin
from tane.store.pool import Connection


async def estimate_waiting(conn: Connection, settings: Settings) -> Estimate:
    """Estimate the waiting jobs from what jobs like them took here."""
    options = handler_options(settings)
    lanes = {handler.job_type: handler.lane for handler in all_handlers(options)}
    one_call = together(options)
    return estimate(
        await queue_admin.waiting(conn),
        await queue_admin.seconds_per_job(conn),
        lanes,
        slots={Lane.TEXT: settings.llm.parallel, Lane.EMBED: EMBED_SLOTS, Lane.LOCAL: 1},
        is_coresident=bool(settings.llm.coresident),
        together=one_call.answers if one_call else (),
    )

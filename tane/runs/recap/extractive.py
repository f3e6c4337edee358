"""Sections that no model writes: there is none, its job died, or the run has no time for it."""

from dataclasses import asdict
from uuid import UUID

from tane.recap.extractive import extractive
from tane.recap.section import CitableSentence
from tane.store.pool import Connection
from tane.store.recap_sections import list_evidence, mark_section, store_output


async def store_extractive(conn: Connection, response_id: UUID, reason: str) -> bool:
    """Store the section that needs no model, unless one is stored already; False when there is nothing to cite.

    `reason` is a stable word that the page explains: no_model, model_failed, over_budget.
    """
    rows = await list_evidence(conn, response_id)
    if not rows:
        await mark_section(conn, response_id, "no_evidence")
        return False
    section = extractive([CitableSentence(**asdict(row)) for row in rows], reason)
    await store_output(
        conn,
        response_id,
        title=section.title,
        bullets=section.bullet_rows,
        tags=section.tags,
        facts={},
        degraded_reason=reason,
    )
    return True

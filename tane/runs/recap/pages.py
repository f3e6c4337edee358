"""A recap as Markdown, and as one HTML page. Pure.

Text of documents is escaped in both: it can bring neither markup nor links of its own.
"""

import html
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from tane.runs.recap.view import BulletView, Citation, RecapView, SectionView, StoryView

_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~])")
_STYLE = (
    "body{font:16px/1.6 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}"
    "h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2rem}small,footer{color:#666}li{margin:.4rem 0}"
    "blockquote{margin:.2rem 0 .2rem 1rem;color:#444;border-left:3px solid #ddd;padding-left:.6rem}"
    "@media(prefers-color-scheme:dark){body{color:#ddd;background:#161616}small,footer{color:#999}blockquote{color:#bbb;border-color:#444}}"
)
_STATES = {"new": "new", "continued": "continued"}


def recap_markdown(recap: RecapView, *, zone: str) -> str:
    """Return a recap as Markdown; each bullet ends with the numbers of its sources, which stand below its section."""
    return "\n".join(_markdown_lines(recap, zone)).rstrip() + "\n"


def _markdown_lines(recap: RecapView, zone: str) -> Iterator[str]:
    yield f"# Recap {window_of(recap, zone)}"
    yield ""
    if stories := (*recap.leading, *recap.further):
        for story in stories:
            yield f"- **{_escaped(story.title or '')}** ({story_facts(story)})"
        yield ""
    if recap.unchanged:
        yield f"{recap.unchanged} {'story continues' if recap.unchanged == 1 else 'stories continue'} unchanged."
        yield ""
    for section in recap.sections:
        if section.status != "stored":
            continue
        yield f"## {_escaped(section.name)}"
        yield ""
        if note := section_note(section):
            yield f"*{_escaped(note)}*"
            yield ""
        numbered = _numbered(section.bullets)
        for bullet in section.bullets:
            if not bullet.is_deleted:
                marks = "".join(f"[{numbered[one.number]}]" for one in bullet.citations)
                yield f"- {_escaped(bullet.text)} {_escaped(marks)}{_mark(bullet)}"
        yield ""
        for citation, number in _in_order(section.bullets, numbered):
            link = f" <{citation.url}>" if _is_link(citation.url) else ""
            yield f"{number}. {_escaped(_source(citation, zone))}{link}: {_escaped(citation.text or '(deleted)')}"
        yield ""


def recap_html(recap: RecapView, *, zone: str) -> str:
    """Return a recap as a page that needs nothing else and loads nothing."""
    body = "\n".join(_html_lines(recap, zone))
    title = html.escape(f"Recap {window_of(recap, zone)}")
    return (
        '<!doctype html>\n<html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{title}</title><style>{_STYLE}</style></head><body>\n{body}\n</body></html>\n"
    )


def _html_lines(recap: RecapView, zone: str) -> Iterator[str]:
    yield f"<h1>Recap {html.escape(window_of(recap, zone))}</h1>"
    if stories := (*recap.leading, *recap.further):
        yield "<ul>"
        for story in stories:
            yield f"<li><strong>{html.escape(story.title or '')}</strong> <small>{html.escape(story_facts(story))}</small></li>"
        yield "</ul>"
    if recap.unchanged:
        yield f"<p><small>{recap.unchanged} continue unchanged.</small></p>"
    for section in recap.sections:
        if section.status == "stored":
            yield from _html_section(section, zone)
    yield f"<footer><small>{recap.documents} documents read.</small></footer>"


def _html_section(section: SectionView, zone: str) -> Iterator[str]:
    yield f"<h2>{html.escape(section.name)}</h2>"
    if note := section_note(section):
        yield f"<p><small>{html.escape(note)}</small></p>"
    numbered = _numbered(section.bullets)
    yield "<ul>"
    for bullet in section.bullets:
        if not bullet.is_deleted:
            marks = " ".join(f"[{numbered[one.number]}]" for one in bullet.citations)
            yield f"<li>{html.escape(bullet.text)} <small>{html.escape(marks + _mark(bullet))}</small></li>"
    yield "</ul><ol>"
    for citation, _ in _in_order(section.bullets, numbered):
        source = html.escape(_source(citation, zone))
        if _is_link(citation.url):
            source = f'<a rel="noreferrer" href="{html.escape(citation.url or "")}">{source}</a>'
        words = html.escape(citation.text or "(deleted)")
        yield f"<li><small>{source}</small><blockquote>{words}</blockquote></li>"
    yield "</ol>"


def window_of(recap: RecapView, zone: str) -> str:
    """Return the days of a recap's window."""
    days = [_day(one, zone) for one in (recap.window_start, recap.window_end) if one is not None]
    return " – ".join(dict.fromkeys(days)) or str(recap.run_id)


def story_facts(story: StoryView) -> str:
    """Return how a story stands, in words."""
    documents = f"{story.documents} document{'' if story.documents == 1 else 's'}"
    sources = f"{story.publishers} source{'' if story.publishers == 1 else 's'}"
    state = (
        f"continued, +{story.added}" if story.state == "continued" else _STATES.get(story.state, story.state)
    )
    return f"{state}; {documents}, {sources}"


def section_note(section: SectionView) -> str | None:
    """Return why a section is not what a model makes of it, in words; None where it is."""
    reasons = {
        "no_model": "no text model: these are the documents' own sentences",
        "model_failed": "the text model did not answer: these are the documents' own sentences",
        "over_budget": "beyond recap.budget_minutes: these are the documents' own sentences",
        "nobody_at_work": "no daemon worked off the jobs: these are the documents' own sentences",
        "gate": "what the model wrote was not borne out: these are the documents' own sentences",
        "forgotten": "what it was made of was deleted: these are the documents' own sentences",
    }
    return (
        reasons.get(section.degraded_reason or "", section.degraded_reason) if section.is_degraded else None
    )


def _mark(bullet: BulletView) -> str:
    if bullet.is_degraded:
        return ""
    return "" if bullet.is_verified else " (not verified)"


def _numbered(bullets: Sequence[BulletView]) -> dict[int, int]:
    """Return the number on the page of each cited sentence, from 1 on."""
    cited = dict.fromkeys(
        one.number for bullet in bullets if not bullet.is_deleted for one in bullet.citations
    )
    return {number: place for place, number in enumerate(cited, start=1)}


def _in_order(bullets: Sequence[BulletView], numbered: dict[int, int]) -> Iterator[tuple[Citation, int]]:
    by_number = {one.number: one for bullet in bullets for one in bullet.citations}
    for number, place in numbered.items():
        yield by_number[number], place


def _source(citation: Citation, zone: str) -> str:
    parts = [citation.publisher or "", citation.title or "", _day(citation.said_at, zone)]
    same = f"; {citation.copies} more say the same" if citation.copies else ""
    return ", ".join(part for part in parts if part) + same


def _day(moment: datetime, zone: str) -> str:
    return moment.astimezone(ZoneInfo(zone)).date().isoformat()


def _is_link(url: str | None) -> bool:
    return bool(url) and str(url).startswith(("http://", "https://")) and not re.search(r"[\s<>\"]", str(url))


def _escaped(text: str) -> str:
    """Return a text on one line that Markdown shows as it is."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))

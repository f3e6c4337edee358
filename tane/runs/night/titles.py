"""Placeholder words of clusters until a model writes them (E7): TF-IDF titles and the five middle statements."""

from collections.abc import Mapping
from pathlib import Path

from tane.language.titles import placeholder_titles
from tane.runs.files import load_json, save_json


def name_clusters(folder: Path, overview_seeds: int) -> None:
    """Add title and overview to the rows of clusters.json, from texts.json: the words of each seed by its id.

    Siblings are named together, so that their titles tell them apart; all titles differ, also from those that a
    model or the owner gave.
    """
    rows = load_json(folder / "clusters.json")
    texts: Mapping[str, str] = load_json(folder / "texts.json")
    # The same words may be several seeds, of other kinds or utterances: they speak once.
    spoken = [
        list(dict.fromkeys(texts[seed] for seed in seeds if seed in texts))
        for seeds in load_json(folder / "speakers.json")
    ]
    taken = {row["known_title"] for row in rows if row["known_title"]}
    siblings: dict[str | None, list[int]] = {}
    for number, row in enumerate(rows):
        siblings.setdefault(row["parent_id"], []).append(number)
    for numbers in siblings.values():
        for number, title in zip(
            numbers, placeholder_titles([spoken[one] for one in numbers], taken=taken), strict=True
        ):
            rows[number]["title"] = title
            taken.add(title)
    for number, row in enumerate(rows):
        row["overview"] = "\n".join(spoken[number][:overview_seeds])
    save_json(folder / "clusters.json", rows)

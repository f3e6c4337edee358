"""E7: words of clusters before a model has written any."""

from pathlib import Path

from tane.runs.night.naming import write_names
from tane.runs.night.workspace import NightFiles

SLEEP = ["睡眠は大事だ", "睡眠を削ると翌日に響く", "睡眠の前に画面を見ない"]
MONEY = ["貯金は先に分ける", "貯金は自動にする", "貯金の目的を決める"]


def named(folder: Path, *clusters: tuple[str | None, list[str], str | None]) -> list[dict[str, str]]:
    """Clusters as (parent, statements, the title that somebody gave); what they are called."""
    texts = {
        f"{number}-{place}": text
        for number, (_, said, _) in enumerate(clusters)
        for place, text in enumerate(said)
    }
    files = NightFiles(folder)
    files.naming_texts.save(texts)
    files.naming_statements.save(
        [[f"{number}-{place}" for place in range(len(said))] for number, (_, said, _) in enumerate(clusters)]
    )
    files.clusters.save(
        [
            {"cluster_id": str(number), "parent_id": parent, "known_title": title}
            for number, (parent, _, title) in enumerate(clusters)
        ]
    )
    write_names(files, 5)
    return files.clusters.load()


def test_titles_are_of_the_members_words_and_differ(tmp_path: Path):
    one, other = named(tmp_path, (None, SLEEP, None), (None, MONEY, None))

    assert "睡眠" in one["title"]
    assert "貯金" in other["title"]
    assert one["overview"].splitlines() == SLEEP


def test_a_title_that_somebody_gave_is_not_taken_again(tmp_path: Path):
    free = named(tmp_path, (None, SLEEP, None))[0]["title"]

    assert named(tmp_path, (None, SLEEP, None), (None, MONEY, free))[0]["title"] != free


def test_a_child_is_not_called_as_its_parent(tmp_path: Path):
    parent, child = named(tmp_path, (None, [*SLEEP, *MONEY], None), ("0", SLEEP, None))

    assert parent["title"] != child["title"]


def test_the_same_words_in_several_seeds_are_said_once(tmp_path: Path):
    (only,) = named(tmp_path, (None, [SLEEP[0], SLEEP[0], SLEEP[1]], None))

    assert only["overview"].splitlines() == SLEEP[:2]


def test_a_seed_that_was_forgotten_meanwhile_says_nothing(tmp_path: Path):
    named(tmp_path, (None, SLEEP, None))
    files = NightFiles(tmp_path)
    files.naming_texts.save({"0-1": SLEEP[1]})

    write_names(files, 5)

    assert files.clusters.load()[0]["overview"] == SLEEP[1]

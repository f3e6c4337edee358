import click

from tane.cli import tane
from tane.memory.advice import RECOMMENDED, advise
from tane.memory.levels import LEVELS

WORDS = {"archive_old", "compress_similar", "delete_low_priority", "promote_temp", "optimize_index"}


def test_every_level_recommends_in_the_five_words_of_document_003_and_all_are_used():
    assert set(RECOMMENDED) == set(LEVELS)
    assert {action for level in LEVELS for action in RECOMMENDED[level]} == WORDS
    assert advise("normal") == []
    assert [one.action for one in advise("emergency")][:2] == ["delete_low_priority", "archive_old"]


def test_a_command_is_one_that_exists_and_what_has_none_says_that_it_is_not_there_yet():
    for one in (one for level in LEVELS for one in advise(level)):
        if one.command is None:
            assert one.about.startswith("not yet: ")
            continue
        found: click.Command | None = tane
        for word in one.command.split()[1:]:
            assert isinstance(found, click.Group)
            found = found.get_command(click.Context(found), word)
        assert found is not None, one.command

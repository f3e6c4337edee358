"""tane roles."""

from tests.tane.cli.conftest import Tane


def names(tane: Tane) -> list[str]:
    return [role["name"] for role in tane.json("roles", "list")]


def test_roles_ship_and_are_listed_with_how_often_they_were_given(tane: Tane) -> None:
    tane.sql(
        "INSERT INTO utterances (contents, utterance_role_id) "
        "SELECT 'なぜですか', utterance_role_id FROM utterance_roles WHERE utterance_role_name = '質問'"
    )

    counts = {role["name"]: role["utterances"] for role in tane.json("roles", "list")}
    assert (counts["質問"], counts["挨拶"]) == (1, 0)
    assert "知らないことを尋ねる" in tane("roles", "list").stdout


def test_a_role_is_added_described_anew_and_removed(tane: Tane) -> None:
    tane("roles", "add", "仮説", "確かめる前の考え")
    tane("roles", "add", "仮説", "まだ確かめていない考え")
    assert "まだ確かめていない考え" in tane("roles", "list").stdout

    tane("roles", "remove", "仮説")
    assert "仮説" not in names(tane)


def test_a_role_that_does_not_exist_cannot_be_removed(tane: Tane) -> None:
    assert "there is no role 仮説" in tane("roles", "remove", "仮説", status=1).stderr


def test_a_name_of_two_lines_is_refused(tane: Tane) -> None:
    """A prompt lists one name a line (B10)."""
    assert "one line of text" in tane("roles", "add", "仮\n説", status=1).stderr


def test_reset_brings_back_what_ships_and_keeps_what_is_yours(tane: Tane) -> None:
    before = names(tane)
    tane("roles", "remove", "挨拶")
    tane("roles", "add", "仮説")

    assert tane("roles", "reset").stderr == "1 of the roles that ship came back\n"

    assert sorted(names(tane)) == sorted([*before, "仮説"])

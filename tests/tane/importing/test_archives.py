import io
import zipfile
from pathlib import Path

import pytest

from tane.importing.archives import choose, extract, members_of
from tane.importing.inputs import inspect_inputs
from tane.importing.records import ImportProblem
from tests.tables import every


def zipped(name: str, **members: str) -> Path:
    with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, text in members.items():
            archive.writestr(member.replace("__", "."), text)
    return Path(name)


class TestTheMembers:
    @every(
        ("names", "chosen"),
        [
            (["user.json", "conversations.json", "chat.html"], ["conversations.json"]),
            (
                ["conversations-001.json", "conversations-000.json"],
                ["conversations-000.json", "conversations-001.json"],
            ),
            (["export/conversations.json", "export/users.json"], ["export/conversations.json"]),
            (["_chat.txt", "00000012-notes.txt", "photo.jpg"], ["_chat.txt"]),
            (["WhatsApp Chat with Anna.txt", "notes.txt"], ["WhatsApp Chat with Anna.txt"]),
            (["WhatsApp とのチャット.txt"], ["WhatsApp とのチャット.txt"]),
            (["花子とのチャット.txt", "IMG-1.jpg"], ["花子とのチャット.txt"]),
            (["__MACOSX/_chat.txt", "_chat.txt"], ["_chat.txt"]),
            (["export\\_chat.txt", "notes.txt"], ["export\\_chat.txt"]),
            (["a.txt", "b.txt"], []),
            (["photo.jpg"], []),
            ([], []),
        ],
    )
    def test_that_hold_conversations_are_found(self, names: list[str], chosen: list[str]):
        assert choose(names) == chosen

    def test_are_asked_for_when_there_are_none(self):
        with pytest.raises(ImportProblem, match="neither"):
            members_of(zipped("a.zip", photo__jpg=""))


@every(
    ("names", "program"),
    [
        (["users.json", "channels.json", "garden/2026-08-03.json"], "Slack"),
        (["ChatExport/result.json", "ChatExport/photos/a.jpg"], "Telegram"),
        (["Takeout/My Activity/Gemini Apps/MyActivity.html", "Takeout/archive_browser.html"], "Gemini"),
        (["Takeout/archive_browser.html", "Takeout/Keep/a.txt"], "Google Takeout"),
        (["ttl/30d/export_data/x/prod-grok-backend.json"], "Grok"),
        (["messages/c123/messages.json", "messages/index.json"], "Discord"),
        (["your_activity/messages/inbox/ann_1/message_1.json"], "Facebook Messenger or Instagram"),
    ],
)
def test_the_archive_of_a_program_that_tane_does_not_read_is_refused_by_its_name(
    names: list[str], program: str
):
    with pytest.raises(ImportProblem, match=f"this is the export of {program}"):
        choose(names)


class TestAnArchive:
    def test_that_is_none_is_a_problem(self):
        Path("a.zip").write_bytes(b"PK\x03\x04 and nothing")

        with pytest.raises(ImportProblem, match="in full"):
            members_of(Path("a.zip"))

    def test_that_is_damaged_is_a_problem(self):
        path = zipped("a.zip", _chat__txt="words " * 1000)
        data = bytearray(path.read_bytes())
        data[50] ^= 0xFF
        path.write_bytes(data)

        with pytest.raises(ImportProblem, match="damaged"):
            extract(path, "_chat.txt", io.BytesIO())

    def test_in_an_archive_is_told(self):
        with pytest.raises(ImportProblem, match="holds zip files: unpack it"):
            members_of(zipped("a.zip", chats__zip=""))

    def test_that_would_fill_the_disk_is_refused_before_it_is_unpacked(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr("tane.importing.archives.UNSUSPECTED_BYTES", 100_000)
        talk = zipped("a.zip", _chat__txt="".join(f"{n} garden paths\n" for n in range(20_000)))
        bomb = zipped("b.zip", _chat__txt="0" * 10_000_000)

        assert members_of(talk) == ["_chat.txt"]
        with pytest.raises(
            ImportProblem, match=r"^b\.zip: it would unpack to 10 MB from 0\.0 MB; .*at most 8 GB"
        ):
            members_of(bomb)
        monkeypatch.setattr("tane.importing.archives.MAX_BYTES", 1000)
        with pytest.raises(ImportProblem, match="would unpack"):
            members_of(talk)

    def test_with_a_member_longer_than_its_directory_says_is_damaged(self):
        path = zipped("a.zip", _chat__txt="0" * 10_000_000)
        size = (10_000_000).to_bytes(4, "little")
        path.write_bytes(path.read_bytes().replace(size, (1000).to_bytes(4, "little")))
        unpacked = io.BytesIO()

        with pytest.raises(ImportProblem, match="damaged"):
            extract(path, "_chat.txt", unpacked)

        assert len(unpacked.getvalue()) <= 1000

    def test_with_two_members_of_one_name_is_refused(self):
        with zipfile.ZipFile("a.zip", "w") as archive:
            archive.writestr("_chat.txt", "one")
            with pytest.warns(UserWarning, match="Duplicate"):
                archive.writestr("_chat.txt", "other")

        with pytest.raises(ImportProblem, match="same name"):
            members_of(Path("a.zip"))

    def test_with_a_password_is_refused(self):
        path = zipped("a.zip", _chat__txt="words")
        data = bytearray(path.read_bytes())
        data[data.rindex(b"PK\x01\x02") + 8] |= 1
        path.write_bytes(data)

        with pytest.raises(ImportProblem, match="password"):
            members_of(path)

    def test_gives_each_log_of_its_folders_a_title_of_its_own(self):
        with zipfile.ZipFile("chats.zip", "w") as archive:
            for name in ("Anna/_chat.txt", "../Ben/_chat.txt"):
                archive.writestr(name, "03/08/2026, 21:14 - Ann: I found it\n")

        found = inspect_inputs(["chats.zip"], format_name="whatsapp", source=None)

        assert [one.source for one in found] == ["Ben", "Anna"]

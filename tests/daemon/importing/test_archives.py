import io
import zipfile
from pathlib import Path

import pytest

from daemon.importing.archives import choose, extract, members_of
from daemon.importing.records import ImportProblem


def zipped(name: str, **members: str) -> Path:
    with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, text in members.items():
            archive.writestr(member.replace("__", "."), text)
    return Path(name)


class TestTheMembers:
    @pytest.mark.parametrize(
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


@pytest.mark.parametrize(
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

"""What reads replies and texts takes twice the time for twice the length, whatever stands in them."""

import contextlib
from collections.abc import Callable, Mapping

from handlers import list_replies, short_replies
from tane.language import figures, modality, names, splitting, titles
from tane.language.grounding import support
from tane.llm.model_errors import BadReply
from tests.growing import growth
from tests.tables import every

SAID = "早く寝ると朝が楽になる。"
READERS: Mapping[str, Callable[[str], object]] = {
    "number": lambda text: short_replies.number(text, low=0, high=1),
    "role": lambda text: short_replies.role_reply(text, ("主張", "質問", "相談回答")),
    "statements": lambda text: list_replies.statements(text, source=SAID),
    "one statement": lambda text: list_replies.listed([text], source=SAID),
    "grounding of a long statement": lambda text: support(text, SAID),
    "grounding in a long text": lambda text: support(SAID, text),
    "names": lambda text: names.unknown_names(text, SAID),
    "figures": figures.figures,
    "denials": modality.denials,
    "splits": lambda text: splitting.split(text, max_tokens=110),
    "titles": lambda text: titles.names_members(titles.bare_title(text), SAID),
}
# What makes patterns begin again and again.
TEXTS = (
    "1", "1.", "1,", "- ", " ", "\n", "a", "カ", "あ。", "漢字の文だ、", "「", "と思って", "なら", "not ", "1/", "1~2 ", "---\n",
    "I used to think ", 'he said "', "該当する", "Tokyo ", "3月5日に10人が来た、",
)  # fmt: skip


@every("reader", READERS)
def test_twice_the_text_takes_twice_the_time(reader: str):
    def read(text: str) -> None:
        with contextlib.suppress(BadReply):
            READERS[reader](text)

    slow = [text for text in TEXTS if growth(read, text.__mul__, 500) >= 3]

    assert slow == []

"""Where sentences and clauses end, in both languages."""

from hypothesis import given
from hypothesis import strategies as st

from tane.language.sentences import clause_spans, clauses, sentence_ends, sentence_spans, sentences
from tests.tables import every

marked_text = st.text() | st.text(alphabet="あア漢a1 .…。！？!?、,」』）\n", max_size=80)


@every(
    ("text", "found"),
    [
        ("雨だ。晴れた！ 本当？", ["雨だ。", "晴れた！", " 本当？"]),
        ("It rains. It pours!", ["It rains.", " It pours!"]),
        ("Version 3.14 of node.js, a?b", ["Version 3.14 of node.js, a?b"]),
        ("「行く。」と言った。", ["「行く。」", "と言った。"]),
        ("一行目\n二行目", ["一行目\n", "二行目"]),
        ("はい。……たぶん", ["はい。", "……たぶん"]),
        ("えっ…？ うん", ["えっ…？", " うん"]),
        ("  \n", []),
    ],
)
def test_sentences_end_at_their_marks(text: str, found: list[str]):
    assert sentences(text) == found


@every(
    ("text", "found"),
    [
        ("早く寝たけど、まだ眠い。", ["早く寝たけど、", "まだ眠い。"]),
        ("朝から雨なので家で読む。", ["朝から雨なので", "家で読む。"]),
        ("I like tea, I never drink coffee.", ["I like tea,", " I never drink coffee."]),
        ("たぶん、明日は晴れる。", ["たぶん、明日は晴れる。"]),
        ("朝は晴れる、と言われた。", ["朝は晴れる、と言われた。"]),
    ],
)
def test_clauses_end_where_the_next_one_is_joined(text: str, found: list[str]):
    assert clauses(text) == found


@given(marked_text)
def test_sentences_lie_in_order_and_leave_out_only_blanks(text: str):
    spans = list(sentence_spans(text))
    rest = "".join(
        text[a:b] for (_, a), (b, _) in zip([(0, 0), *spans], [*spans, (len(text), 0)], strict=True)
    )

    assert not rest.strip()
    assert {end for _, end in spans} <= {*sentence_ends(text), len(text)}


@given(marked_text)
def test_clauses_lie_in_order_within_the_text(text: str):
    places = [place for span in clause_spans(text) for place in span]

    assert places == sorted(places)
    assert all(0 <= place <= len(text) for place in places)

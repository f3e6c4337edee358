"""The view that a turn leaves."""

from tane.language.former_views import former_view
from tests.tables import every


@every(
    ("turn", "held"),
    [
        ("朝は弱いと思っていました。今は平気です。", "朝は弱い"),
        ("前は会議が嫌いなんだと思ってたけど、慣れた", "前は会議が嫌いな"),
        ("一人で足りると信じていた。", "一人で足りる"),
        ("「猫は苦手」なんて、もう言えないよ", "猫は苦手"),
        ("急がないと失礼な気がしてました。", "急がないと失礼な"),
        ("I used to think tea was enough. Not now.", "tea was enough"),
        ("I was sure it would rain, and look.", "it would rain"),
        ("We wanted to stop and I've come round", "stop"),
        ("It rained all day.", ""),
        ("雨が降った。", ""),
    ],
)
def test_a_turn_names_the_view_it_leaves(turn: str, held: str):
    assert former_view(turn) == held

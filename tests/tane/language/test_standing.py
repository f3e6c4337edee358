"""What is done, what is to come and what is guessed."""

from tane.language.standing import changes_standing
from tests.tables import every

DAM = "町は来年、古い堰を取り壊す計画だ。\n魚が戻る可能性があると研究者は話す。\n説明会は五月に開かれた。"
MILL = "The town will pull down the old mill next spring. Bats may live in its roof. The survey ended in May."


@every(
    ("statement", "source"),
    [
        ("町は古い堰を取り壊した。", DAM),
        ("研究者によると、魚が戻る。", DAM),
        ("説明会は今後、五月に開かれる予定だ。", DAM),
        ("窓口は九時に閉まった。", "窓口は九時に閉まる。"),
        ("The town pulled down the old mill.", MILL),
        ("Bats live in the roof.", MILL),
        ("時計は直った。", "部品が届けば、時計は直る。"),
        ("The mill was fixed.", "The owner agreed to fix the mill."),
        ("The survey will end in May.", MILL),
    ],
)
def test_a_plan_is_not_done_and_a_guess_is_not_certain(statement: str, source: str):
    assert changes_standing(statement, source)


@every(
    ("statement", "source"),
    [
        ("町は古い堰を来年取り壊す。", DAM),
        ("魚が戻ることもあり得ると期待されるが、戻らない可能性もある。", DAM),
        ("説明会は五月にあった。", DAM),
        ("The old mill is to be pulled down next spring.", MILL),
        ("There might be bats living in the roof.", MILL),
        ("The survey was over in May.", MILL),
        ("", MILL),
        ("Nobody came.", MILL),
    ],
)
def test_the_same_in_other_words_stays(statement: str, source: str):
    assert not changes_standing(statement, source)

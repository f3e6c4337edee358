"""Numbers, whichever way they are written."""

from hypothesis import given
from hypothesis import strategies as st

from tane.language.quantities import quantities, strange_quantities
from tests.tables import every


@every(
    ("statement", "source"),
    [
        ("発電量は1億2000万キロ。", "発電量は一億二千万キロだ。"),
        ("The fund holds 5.4 trillion yen.", "基金は5兆4000億円を持つ。"),
        ("1万2千円の入場料", "入場料は１２，０００円"),
        ("It cost 12,000 yen.", "入場料は1万2千円だった。"),
        ("参加者の3割が学生だった。", "学生は参加者の30%を占めた。"),
        ("30 per cent were students.", "三割が学生だった。"),
        ("工事は6か月遅れる。", "工事は半年遅れる。"),
        ("It will be six months late.", "It will be half a year late."),
        ("50%の住民が賛成した。", "住民の半数が賛成した。"),
        ("The rise is 10%.", "They will raise it by a tenth."),
        ("The ferry was out for two weeks.", "The ferry was out for a fortnight."),
        ("Twenty-five people came.", "二十五人が来た。"),
        ("The vote is on 4 November.", "The vote will be held on Nov. 4th."),
        ("The vote is on 4 November.", "投票は11月4日。"),
        ("'27年に完成する。", "2027年に完成する。"),
        ("会合は15時に始まる。", "会合は午後3時に始まる。"),
        ("The meeting begins at 15:30.", "会合は午後3時30分に始まる。"),
        ("He lost £0.4m.", "He lost 400,000 pounds."),
        ("三度目の優勝", "3回目の優勝"),
        ("a two-year contract", "契約は2年"),
        ("バージョン5.2.1が出た。", "5.2.1を公開した。"),
        ("五十嵐さんが話した。", "五十嵐さんが話した。"),
        ("十分に話し合った。数人が残った。一方で不満もある。", "話し合った。"),
        ("It may rain; we march on.", "It rains."),
        ("用紙はA4だ。", "用紙の大きさは決まっている。"),
        ("It is due on the thirtieth.", "It is due on the 30th."),
        ("The vote is on Monday.", "採決は月曜日だ。"),
        ("来年完成する。", "完成は来年だ。"),
        ("今年4月に始まる。", "4月に始まる。"),
        ("", ""),
    ],
)
def test_are_the_same_in_another_spelling(statement: str, source: str):
    assert strange_quantities(statement, source) == ()


@every(
    ("statement", "source", "strange"),
    [
        ("発電量は1億2000万キロ。", "発電量は1億200万キロ。", ("1億2000万",)),
        ("千百世帯が停電した。", "千二百世帯が停電した。", ("千百",)),
        ("工事は3日かかる。", "工事は3時間かかる。", ("3",)),
        ("参加者は20人。", "参加費は20ドル。", ("20",)),
        ("来場は4割減った。", "来場は3割減った。", ("4割",)),
        ("It closes in June.", "It closes in July.", ("june",)),
        ("It opens on 5 May.", "It opens on 15 May.", ("5 may",)),
        ("The fare rises to five dollars on 1 May.", "The fare rises to three dollars on 1 May.", ("five",)),
        ("It will be done in 2028.", "It will be done in 2027.", ("2028",)),
        ("Seventy-three were counted.", "Thirty-seven were counted.", ("seventy-three",)),
        ("Half of the members agreed.", "A third of the members agreed.", ("half",)),
        ("It is due on the twentieth.", "It is due on the thirtieth.", ("twentieth",)),
        ("The vote is on Tuesday.", "The vote is on Monday.", ("tuesday",)),
        ("採決は火曜日だ。", "採決は月曜日だ。", ("火曜",)),
        ("来年完成する。", "今年完成する。", ("来年",)),
        ("会合は16時に始まる。", "会合は午後3時に始まる。", ("16",)),
    ],
)
def test_are_strange_with_another_value_or_unit(statement: str, source: str, strange: tuple[str, ...]):
    assert strange_quantities(statement, source) == strange


@given(st.text())
def test_every_text_is_read_and_says_its_own_numbers(text: str):
    list(quantities(text))

    assert strange_quantities(text, text) == ()

"""Reports of invented events, and the units that they become."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

import numpy as np

from tane.llm.builtin import UNLIKE, encode
from tane.recap.stories import Unit
from tane.vectors.arrays import Units
from tane.vectors.scale import SimilarityScale

SCALE = SimilarityScale(UNLIKE)
BEGAN = datetime(2026, 3, 2, 9, tzinfo=UTC)

FIRE_SENBA = (
    "千波町の家具倉庫で火災、2人けが",
    "2日午前3時20分ごろ、千波町の家具倉庫「大友木材」から火が出て、鉄骨2階建て1850平方メートルを全焼した。消防によると従業員2人がやけどをした。",
)
FIRE_SENBA_OTHER = (
    "家具倉庫が全焼 千波町",
    "千波町にある大友木材の倉庫で2日未明、火災があり、約1850平方メートルが焼けた。従業員2人がやけどで病院に運ばれた。警察が出火の原因を調べている。",
)
FIRE_SENBA_EN = (
    "Fire destroys furniture warehouse in Japanese town of Senba",
    "A furniture warehouse of 1,850 square metres burned down in Senba early on Monday. The fire broke out at about 3:20 a.m.; two workers were treated for burns.",
)
FIRE_KITAURA = (
    "北浦市の製紙倉庫で火災、5人けが",
    "3日午後11時ごろ、北浦市の製紙会社「青葉パルプ」の倉庫から火が出て、平屋建て620平方メートルを焼いた。消防によると作業員5人が煙を吸ってけがをした。",
)
FIRE_KITAURA_EN = (
    "Blaze at paper store in Kitaura injures five",
    "Five workers inhaled smoke when a paper company's store of 620 square metres caught fire in Kitaura on Tuesday at about 11 p.m.",
)
BREACH = (
    "Ledgerleaf says 84,000 accounts exposed",
    "Ledgerleaf, which makes accounting software, said on Monday that the names and addresses of 84,000 customers had been exposed by a misconfigured server.",
)
BREACH_OTHER_FIRM = (
    "Tidepost says 310,000 accounts exposed",
    "Tidepost, which runs a parcel service, said on Tuesday that the names and addresses of 310,000 customers had been exposed by a misconfigured server.",
)
BREACH_CHANGED = (
    "Ledgerleaf now says 97,000 accounts exposed",
    "Ledgerleaf, which makes accounting software, said on Wednesday that the names and addresses of 97,000 customers had been exposed by a misconfigured server, more than it first thought.",
)
BREACH_JA = (
    "会計ソフトの Ledgerleaf、8万4000件の情報が流出",
    "会計ソフトを手がける Ledgerleaf は2日、サーバーの設定の誤りにより、顧客8万4000人の氏名と住所が外部から見られる状態だったと発表した。",
)


def unit(
    report: tuple[str, str],
    *,
    hours: float = 0.0,
    publisher: str = "one",
    name: str = "",
    is_talk: bool = False,
) -> Unit:
    """Return a report as a unit that was published so many hours after the first one."""
    title, text = report
    identity = uuid5(NAMESPACE_URL, f"{title}{hours}{publisher}{name}")
    return Unit(
        document_id=identity,
        utterance_id=identity,
        title=title or None,
        text=text,
        lang="en" if text.isascii() else "ja",
        publisher=publisher,
        said_at=BEGAN + timedelta(hours=hours),
        is_talk=is_talk,
    )


def vectors_of(units: Sequence[Unit]) -> Units:
    """Return what the built-in encoder makes of them."""
    return np.asarray(encode([f"{one.title or ''}\n{one.text}" for one in units]))

"""A section by the rules of the stand-in: what it says stands in its evidence."""

from demo.standin.recap_words import recap_of
from tane.recap import gate
from tane.recap.section import DraftBullet, Faulty, draft, material
from tests.tane.recap.sentences import MONDAY, citable

EVIDENCE = [
    citable(1, "渡瀬川に架かる新しい橋が14日に完成した。", cluster=0),
    citable(2, "総工費は4億2000万円で、歩道の幅は3メートルある。", cluster=0),
    citable(3, "米の平均価格は前の週より2%下がった。", cluster=1),
]
WINDOW = (MONDAY.date(), MONDAY.date())


def test_each_cluster_gets_a_bullet_that_passes_the_gate():
    found = draft(recap_of(material("くらし", WINDOW, EVIDENCE)))

    assert found.title
    assert [{*one.cites} <= {1, 2} for one in found.bullets] == [True, False]
    known = {one.number: one for one in EVIDENCE}
    assert all(gate.check(one, known, language="ja").is_verified for one in found.bullets)


def test_a_rejected_bullet_is_written_anew_alone():
    fault = Faulty(bullet=DraftBullet(text="橋は7億円。", cites=(2,)), reason="figure", detail="7")

    found = draft(recap_of(material("くらし", WINDOW, EVIDENCE, faults=[fault])))

    assert [(one.text, one.cites) for one in found.bullets] == [(EVIDENCE[1].text, (2,))]


def test_material_without_clusters_is_answered_too():
    assert recap_of("")["bullets"] == []

from tane.evaluation.answers import Made
from tane.evaluation.traps import TrapFigures, trap_figures
from tests.tane.evaluation.cases import case, labelled, said

NEGATED = "コーヒーは眠りを浅くするわけではない"
TURNED = "コーヒーは眠りを浅くする"


def test_any_seed_where_nothing_may_be_extracted_is_a_mistake():
    cases = [
        case(labelled(seeds=[], trap="irony"), said()),
        case(labelled(seeds=[], trap="irony"), said(seeds={"premise": [TURNED]})),
        case(labelled(seeds=[], trap="irony"), said(seeds={"model": [Made(body=TURNED, grounding=0.1)]})),
    ]

    assert trap_figures(cases) == {"irony": TrapFigures(n=3, caught=2, unmarked=1)}


def test_a_negation_is_caught_by_a_seed_without_it_alone():
    gold = labelled(seeds=[("knowledge", NEGATED)], trap="negation")
    cases = [
        case(gold, said(seeds={"knowledge": [NEGATED]})),
        case(gold, said(seeds={"knowledge": [TURNED]})),
        case(gold, said(seeds={"evaluation": ["パンは焼きたてがうまい"]})),
        case(gold, said()),
    ]

    assert trap_figures(cases) == {"negation": TrapFigures(n=4, caught=1, unmarked=1)}


def test_only_traps_with_labelled_seeds_are_counted():
    cases = [
        case(labelled(seeds=[]), said(seeds={"model": [TURNED]})),
        case(labelled(trap="irony"), said(seeds={"model": [TURNED]})),
    ]

    assert trap_figures(cases) == {}

"""EvaluationSetup through the handlers, with a scripted model: what is asked, and figures known by hand."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from handlers.options import Options
from tane.cli.evaluation_questions import ALL_QUESTIONS, LabelledQuestions, WayOfAsking, items_of
from tane.evaluation.answers import ModelAnswer
from tane.evaluation.labels import LabelledUtterance
from tane.evaluation.report import EvaluationReport, EvaluationSetup, reported
from tane.evaluation.runner import run_all
from tane.llm.model_errors import ModelMissing, ModelUnavailable, RequestRefused
from tane.llm.prompts import Prompts
from tane.llm.protocol import Prompt
from tane.store.domain import SCORES, SEED_KINDS
from tests.fakes import FakeModels
from tests.tane.evaluation.cases import labelled

OPTIONS = Options(prompts=Prompts.load("ja"), enabled=ALL_QUESTIONS, context_tokens=8192)
ROLES = ("主張", "質問", "感想")
SLEEP, BREAD = "眠りは記憶を助けるものだ", "パンは焼きたてがうまいと思う"
IRONY = "それはもう最高の一日でしたね"


def way(*, fuse: bool = True, options: Options = OPTIONS) -> WayOfAsking:
    found = WayOfAsking.of(options, fuse=fuse)
    assert found is not None
    return found


def items(
    *golds: LabelledUtterance, options: Options = OPTIONS, job_types: frozenset[str] = ALL_QUESTIONS
) -> list[LabelledQuestions]:
    return items_of([golds], golds, options=options, job_types=job_types, roles=ROLES)


def reply(role: str = "主張", *, scores: float = 0.5, **seeds: Sequence[str]) -> str:
    """Everything in one reply."""
    fields: dict[str, Any] = {"role": role, "role_confidence": 0.9}
    fields |= dict.fromkeys(SCORES, scores)
    return json.dumps(fields | {kind: list(seeds.get(kind, ())) for kind in SEED_KINDS}, ensure_ascii=False)


def by_text(replies: dict[str, str]) -> Callable[[Prompt], str]:
    """ModelAnswer by the text that stands last in the prompt: the turns before it may stand there too."""

    def answer(prompt: Prompt) -> str:
        return replies[max(replies, key=prompt.text.rfind)]

    return answer


async def answered(item: LabelledQuestions, models: FakeModels, *, fuse: bool = True) -> ModelAnswer:
    return await way(fuse=fuse).answer(item, models)


class TestItems:
    def test_the_turns_before_are_those_of_the_same_conversation(self):
        talk = [
            labelled("t:1", "一", conversation="a", speaker="花子"),
            labelled("t:2", "別", conversation="b"),
            labelled("t:3", "始" * 100 + "二" * 400, conversation="a"),
            labelled("t:4", "三", conversation="a"),
            labelled("t:5", "独り言"),
            labelled("t:6", "もう一つ"),
        ]
        first, _, third, fourth, fifth, sixth = items(*talk, options=replace(OPTIONS, context_turns=1))

        assert (first.asked.before, fifth.asked.before, sixth.asked.before) == ((), (), ())
        assert third.asked.shown_before == ("花子: 一",)
        assert fourth.asked.shown_before == ("二" * 400,)

    def test_no_turns_are_shown_when_none_are_configured(self):
        talk = [labelled(f"t:{line}", "一", conversation="a") for line in range(3)]

        assert [item.asked.before for item in items(*talk, options=replace(OPTIONS, context_turns=0))] == [
            ()
        ] * 3

    def test_who_is_too_short_or_not_asked_finds_nothing(self):
        (short,) = items(labelled(text="うん", seeds=[]))
        (system,) = items(labelled(text=SLEEP, speaker="system", seeds=[]))

        for item in (short, system):
            assert set(item.job_types) == {"utterance_role", *SCORES}
            assert item.passed_over == {f"did_asked_{kind}" for kind in SEED_KINDS}

    def test_only_what_is_wanted_is_asked(self):
        (item,) = items(labelled(text=SLEEP), job_types=frozenset({"direction", "did_asked_model"}))

        assert item.job_types == ("direction", "did_asked_model")
        assert (item.passed_over, item.asked.roles) == (frozenset(), {})


class TestAnswers:
    async def test_an_utterance_that_is_passed_over_has_the_answer_that_there_is_nothing(self):
        (short,) = items(labelled(text="うん", seeds=[]), job_types=frozenset({"did_asked_model"}))

        answer = await answered(short, FakeModels())

        assert answer.seeds == {"model": ()}
        assert answer.answered == {"did_asked_model"}

    async def test_one_call_answers_everything(self):
        models = FakeModels(reply("質問", scores=0.25, model=[SLEEP]))

        answer = await answered(items(labelled(text=SLEEP))[0], models)

        assert (answer.role, answer.scores) == ("質問", dict.fromkeys(SCORES, 0.25))
        assert [seed.body for seed in answer.seeds["model"]] == [SLEEP]
        assert answer.answered == ALL_QUESTIONS
        assert (answer.cost.calls, len(models.prompts)) == (1, 1)

    async def test_single_prompts_ask_one_by_one(self):
        def one(prompt: Prompt) -> str:
            return "主張\n0.5" if "utterance_role" in prompt.version else "0.5"

        answer = await answered(items(labelled(text=SLEEP))[0], FakeModels(one), fuse=False)

        assert (answer.role, answer.scores["direction"], answer.cost.calls) == ("主張", 0.5, 12)

    async def test_what_the_call_leaves_open_is_asked_again(self):
        partial = json.loads(reply())
        del partial["role"]
        models = FakeModels(json.dumps(partial), json.dumps({"role": "感想", "role_confidence": 1}))

        answer = await answered(items(labelled(text=SLEEP))[0], models)

        assert (answer.role, answer.cost.calls, answer.causes) == ("感想", 2, {})

    async def test_a_question_that_dies_leaves_its_cause_and_no_word(self):
        (item,) = items(labelled(text=SLEEP), job_types=frozenset({"confidence", "did_asked_model"}))
        models = FakeModels(RequestRefused(SLEEP), "0.5", RequestRefused(SLEEP))

        answer = await answered(item, models)

        assert answer.scores == {"confidence": 0.5}
        assert answer.causes == {"did_asked_model": "request_refused"}
        assert answer.answered == {"confidence"}

    async def test_prompts_without_a_call_for_everything_have_one_way_only(self):
        literal = replace(OPTIONS, prompts=Prompts.load("literal"))

        assert WayOfAsking.of(literal, fuse=True) is None
        assert way(fuse=False, options=literal).fused is None


GOLD = (
    labelled("t:1", SLEEP, role="主張", seeds=[("knowledge", SLEEP)], bands={"confidence": (0.6, 1.0)}),
    labelled("t:2", BREAD, role="感想", seeds=[("evaluation", BREAD)], bands={"confidence": (0.4, 0.6)}),
    labelled("t:3", IRONY, role="感想", seeds=[], trap="irony", bands={"confidence": (0.0, 0.2)}),
)


async def whole(models: FakeModels, ways: Sequence[WayOfAsking]) -> EvaluationReport:
    asked = items(*GOLD)
    course = await run_all(asked, ways, models, parallel=1)
    asking = EvaluationSetup(
        source="t", model=models.name, prompts="ja", fused=ways[0].is_fused, context_turns=3, roles=ROLES,
        roles_from="labels", evidence=True,
    )  # fmt: skip
    return reported(asking, course, asked, labelled=len(GOLD))


class TestFigures:
    """A model with known mistakes: figures worked out by hand."""

    @pytest.fixture
    def models(self) -> FakeModels:
        return FakeModels(
            by_text(
                {
                    SLEEP: reply("主張", scores=0.9, knowledge=[SLEEP]),
                    BREAD: reply(
                        "主張", scores=0.1, knowledge=[BREAD]
                    ),  # another role and kind, outside the band
                    IRONY: reply("感想", scores=0.3, evaluation=[IRONY]),  # in the trap, outside the band
                }
            )
        )

    async def test_roles(self, models: FakeModels):
        found = (await whole(models, [way()])).role

        assert found is not None
        assert found.accuracy.value == pytest.approx(2 / 3)
        assert found.macro_f1.value == pytest.approx(2 / 3)  # both roles: one hit, one miss: 2 / 3

    async def test_scores(self, models: FakeModels):
        found = (await whole(models, [way()])).scores["confidence"]

        assert found.in_band.value == pytest.approx(1 / 3)
        assert found.spearman.value == pytest.approx(0.5)  # one swap among three

    async def test_seeds(self, models: FakeModels):
        report = await whole(models, [way()])

        assert report.seeds is not None
        assert report.seeds.precision.value == pytest.approx(1 / 3)
        assert report.seeds.recall.value == pytest.approx(1 / 2)
        assert report.kinds["evaluation"].f1.value == 0.0
        assert (report.kinds["knowledge"].precision.value, report.kinds["knowledge"].recall.value) == (
            0.5,
            1.0,
        )

    async def test_grounding_and_traps(self, models: FakeModels):
        report = await whole(models, [way()])

        assert report.grounding is not None
        assert (report.grounding.trusted_gold, report.grounding.trusted_other) == (2, 1)
        assert (report.traps["irony"].n, report.traps["irony"].caught) == (1, 1)

    async def test_cost_and_ends(self, models: FakeModels):
        report = await whole(models, [way()])

        assert (report.configured.total.calls, report.configured.calls_per_utterance) == (3, 1.0)
        assert (report.done, report.failed, report.causes, report.stopped) == (3, 0, {}, None)
        assert (report.other, report.agreement) == (None, None)

    async def test_the_other_way_is_compared_and_counted_apart(self):
        fused = by_text({SLEEP: reply("主張"), BREAD: reply("感想"), IRONY: reply("質問")})

        def both(prompt: Prompt) -> str:
            if "fused" in prompt.version:
                return fused(prompt)
            return "主張\n0.5" if "utterance_role" in prompt.version else "0.5"

        report = await whole(FakeModels(both), [way(), way(fuse=False)])

        assert report.agreement is not None
        assert report.agreement.role.equal == pytest.approx(1 / 3)
        assert report.agreement.scores["direction"].mean_difference == 0.0
        assert report.other is not None
        assert (report.configured.total.calls, report.other.total.calls) == (3, 36)

    async def test_the_order_in_which_utterances_ended_plays_no_part(self, models: FakeModels):
        asked = items(*GOLD)
        course = await run_all(asked, [way()], models, parallel=1)
        asking = EvaluationSetup(
            source="t", model="m", prompts="ja", fused=True, context_turns=3, roles=ROLES, roles_from="labels",
            evidence=True,
        )  # fmt: skip
        report = reported(asking, course, asked, labelled=3)
        course.cases.reverse()

        assert reported(asking, course, asked, labelled=3) == report

    async def test_figures_of_nothing_are_none(self):
        course = await run_all([], [way()], FakeModels(), parallel=2)
        asking = EvaluationSetup(
            source="t", model="m", prompts="ja", fused=True, context_turns=3, roles=(), roles_from="default",
            evidence=True,
        )  # fmt: skip
        report = reported(asking, course, [], labelled=0)

        assert (report.role, report.seeds, report.grounding, report.agreement) == (None, None, None, None)
        assert (report.scores, report.traps, report.configured.calls_per_utterance) == ({}, {}, None)


class TestEnds:
    async def test_a_model_that_vanishes_ends_it(self):
        models = FakeModels(reply(), ModelMissing("gone:latest"))

        report = await whole(models, [way()])

        assert (report.stopped, report.done) == ("model_missing", 1)

    async def test_a_server_that_is_gone_for_three_utterances_ends_it(self):
        models = FakeModels(*[ModelUnavailable("nobody there")] * 3)

        report = await whole(models, [way()])

        assert (report.stopped, report.done, report.failed) == ("model_unavailable", 2, 2)
        assert report.causes["utterance_role"] == {"model_unavailable": 2}

    async def test_a_server_that_comes_back_is_asked_on(self):
        models = FakeModels(ModelUnavailable("a moment"), reply(), reply())

        report = await whole(models, [way()])

        assert (report.stopped, report.done, report.failed) == (None, 3, 1)

"""The text of /metrics, read back by the parser of Prometheus's own client."""

import math

from prometheus_client.parser import text_string_to_metric_families as parsed

from tane.web.metrics import Distribution, counters, gauge, gauges, histograms, render


def test_what_is_written_is_what_a_reader_finds():
    families = [
        gauge("a_seconds", "With \\ and\nnewline.", 1.5),
        gauges("b", "Labels.", [({"type": 'x"y\\z\n'}, 3), ({"type": "種"}, -0.25)]),
        counters("c_total", "Counted.", [({}, 2**53)]),
    ]

    read = {family.name: family for family in parsed(render(families))}

    assert [read[name].type for name in ("a_seconds", "b", "c")] == ["gauge", "gauge", "counter"]
    assert read["a_seconds"].documentation == "With \\ and\nnewline."
    assert [(one.labels, one.value) for one in read["b"].samples] == [
        ({"type": 'x"y\\z\n'}, 3.0), ({"type": "種"}, -0.25),
    ]  # fmt: skip
    assert read["c"].samples[0].value == 2**53


def test_buckets_hold_all_observations_up_to_their_bound():
    seen = Distribution(bounds=(0.5, 2.0), counts=(3, 1, 2), total=9.25)

    (family,) = parsed(render([histograms("h_seconds", "Times.", [({"type": "a"}, seen)])]))

    values = {(one.name, one.labels.get("le")): one.value for one in family.samples}
    assert values == {
        ("h_seconds_bucket", "0.5"): 3,
        ("h_seconds_bucket", "2"): 4,
        ("h_seconds_bucket", "+Inf"): 6,
        ("h_seconds_sum", None): 9.25,
        ("h_seconds_count", None): 6,
    }


def test_what_is_not_known_is_not_written():
    assert render([gauge("a", "Unknown.", None), gauges("b", "None.", [])]) == ""


def test_numbers_that_are_none_are_written_as_prometheus_reads_them():
    (family,) = parsed(render([gauges("a", "Odd.", [({"of": "inf"}, math.inf), ({"of": "nan"}, math.nan)])]))

    assert family.samples[0].value == math.inf
    assert math.isnan(family.samples[1].value)

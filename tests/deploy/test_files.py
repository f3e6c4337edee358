"""The other files of deploy/: they parse, and what they name exists."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tane.settings.model import Settings
from tane.settings.sources import keys, load_settings
from tests.tables import every

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
MONITORING = ROOT / "docs" / "monitoring.md"
PROMTOOL = shutil.which("promtool")
SEVERITIES = {"warning", "critical"}


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return found


def rules() -> list[dict[str, Any]]:
    found = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yaml").read_text(encoding="utf-8"))
    return [rule for group in found["groups"] for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(
        (DEPLOY / "grafana" / "dashboard.json").read_text(encoding="utf-8")
    )["panels"]
    return found


def expressions() -> Iterator[str]:
    """Return everything that is asked of Prometheus."""
    yield from (rule["expr"] for rule in rules())
    yield from (target["expr"] for panel in panels() for target in panel["targets"])


class TestTheExampleConfiguration:
    def test_it_can_be_used_as_it_is(self):
        assert load_settings(DEPLOY / "tane.example.toml").nightly.at == "04:30"

    def test_it_can_be_used_with_every_other_choice(self, tmp_path: Path):
        text = (DEPLOY / "tane.example.toml").read_text(encoding="utf-8")
        chosen = tmp_path / "tane.toml"
        chosen.write_text(re.sub(r"^#(\w+ = )", r"\1", text, flags=re.MULTILINE), encoding="utf-8")

        settings = load_settings(chosen)

        assert settings.database.url is not None
        assert (settings.llm.prompts, settings.nightly.threads) == ("en", 2)


class TestCompose:
    def test_every_image_is_pinned_to_a_release(self):
        images = [
            service["image"] for service in compose()["services"].values() if service["image"] != "tane"
        ]

        assert images
        assert [image for image in images if not re.search(r":v?\d+\.\d+", image)] == []

    def test_every_variable_of_tanes_is_a_setting(self):
        known = {f"TANE_{key.upper().replace('.', '__')}" for key in keys()}
        named = {
            name
            for service in compose()["services"].values()
            for name in service.get("environment", {})
            if name.startswith("TANE_")
        }

        assert named
        assert named - known == set()

    def test_the_drain_is_not_cut_off(self):
        grace_s = int(compose()["services"]["tane"]["stop_grace_period"].removesuffix("s"))

        assert grace_s > Settings().jobs.shutdown_grace_s

    def test_nothing_is_reachable_from_outside(self):
        assert [name for name, service in compose()["services"].items() if "ports" in service] == []

    def test_tane_has_no_rights_and_writes_only_where_it_must(self):
        tane = compose()["services"]["tane"]

        assert (tane["read_only"], tane["cap_drop"], tane["init"]) == (True, ["ALL"], True)
        assert {volume.split(":")[1] for volume in tane["volumes"]} == {"/var/lib/tane", "/var/cache/tane"}

    def test_every_volume_and_every_service_it_waits_for_exists(self):
        found = compose()
        for service in found["services"].values():
            assert set(service.get("depends_on", {})) <= set(found["services"])
            assert {volume.split(":")[0] for volume in service.get("volumes", [])} <= set(found["volumes"])

    def test_no_password_stands_in_it(self):
        text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")

        assert re.findall(r"PASSWORD: (?!\$\{\w+:\?)", text) == []
        assert "TANE_DB_PASSWORD=\n" in (DEPLOY / "env.example").read_text(encoding="utf-8")

    def test_no_image_of_the_memory_is_written(self):
        assert compose()["services"]["tane"]["ulimits"] == {"core": 0}


class TestAlertsAndDashboard:
    @every("rule", rules(), ids=lambda rule: rule["alert"])
    def test_every_alert_says_what_it_means_and_what_to_do(self, rule: dict[str, Any]):
        assert rule["labels"]["severity"] in SEVERITIES
        assert set(rule["annotations"]) == {"summary", "remedy"}

    def test_every_alert_that_is_tried_exists_and_is_tried_with_the_words_it_has(self):
        tried = yaml.safe_load((DEPLOY / "prometheus" / "alerts.test.yaml").read_text(encoding="utf-8"))
        cases = [case for test in tried["tests"] for case in test["alert_rule_test"]]
        remedies = {rule["alert"]: rule["annotations"]["remedy"] for rule in rules()}
        expected = [
            (case["alertname"], alert["exp_annotations"]["remedy"])
            for case in cases
            for alert in case.get("exp_alerts", [])
        ]

        assert len({name for name, _ in expected}) >= 6
        assert [(name, remedy) for name, remedy in expected if remedies.get(name) != remedy] == []
        assert {case["alertname"] for case in cases} <= set(remedies)

    @pytest.mark.skipif(PROMTOOL is None, reason="promtool is not installed")
    def test_alerts_come_when_they_should(self):
        done = subprocess.run(
            [str(PROMTOOL), "test", "rules", str(DEPLOY / "prometheus" / "alerts.test.yaml")],
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

        assert done.returncode == 0, done.stdout + done.stderr

    def test_names_and_places_are_used_once(self):
        names = [rule["alert"] for rule in rules()]
        ids = [panel["id"] for panel in panels()]

        assert len(set(names)) == len(names)
        assert len(set(ids)) == len(ids)

    def test_no_panel_covers_another(self):
        taken: set[tuple[int, int]] = set()
        for panel in panels():
            place = panel["gridPos"]
            cells = {(place["x"] + i, place["y"] + j) for i in range(place["w"]) for j in range(place["h"])}
            assert not cells & taken, panel["title"]
            assert place["x"] + place["w"] <= 24
            taken |= cells

    def test_every_metric_that_is_asked_for_is_one_of_ours(self):
        ours = set(re.findall(r"`(tane_[a-z_]+)`", MONITORING.read_text(encoding="utf-8")))
        asked = {name for expression in expressions() for name in re.findall(r"\btane_\w+", expression)}

        assert {re.sub(r"_(bucket|sum|count)$", "", name) for name in asked} - ours == set()

    @every("expression", sorted(set(expressions())))
    def test_every_expression_is_closed_and_asks_for_our_metrics(self, expression: str):
        assert expression.count("(") == expression.count(")")
        assert re.search(r"\btane_\w+|\bup\{job=\"tane\"\}", expression)

"""The document and the routes are the same thing."""

import re
from typing import Any, cast

import httpx
import pytest

from tane.store.pool import Connection
from tane.web.api.routes import api_routes
from tane.web.api.services import Services
from tests.tane.web.api.contract import DOCUMENT, answers, check
from tests.tane.web.api.planted import Planted
from tests.tane.web.api.planted_recap import DAY, plant_recap


def test_every_route_is_described_and_every_description_has_a_route():
    nobody = cast("Any", None)
    services = Services(
        reading=nobody, writing=nobody, can_write=False, status=nobody, models=nobody, ingest=nobody
    )
    routes = {
        (route.path, method.lower())
        for route in api_routes(services)
        for method in (route.methods or set()) - {"HEAD"}
    }

    assert routes == {(path, method) for path, methods in DOCUMENT["paths"].items() for method in methods}


def test_every_reference_leads_somewhere_and_what_is_shared_is_used():
    used = set(re.findall(r"'\$ref': '#/components/(\w+)/(\w+)'", str(DOCUMENT)))

    assert used == {
        (part, name) for part in ("schemas", "responses") for name in DOCUMENT["components"][part]
    }
    assert str(DOCUMENT).count("'$ref'") == str(DOCUMENT).count("'$ref': '#/components/")


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("openapi.json", {}), ("status", {}), ("today", {}), ("memory", {}), ("maps", {}), ("maps/{atlas}/points", {}),
        ("clusters", {}), ("clusters/{sleep}", {}), ("clusters/{naps}", {}), ("seeds/{seed}", {}),
        ("utterances/{said}", {}), ("edges", {"kind": "seed", "id": "{seed}"}), ("snippets", {"ids": "{seed},{said},{sleep}"}),
        ("search", {"q": "コーヒー"}), ("recaps", {}), ("recaps/latest", {}), ("recaps/{run}", {}),
        ("recaps/{run}/stages/{stage}", {}), ("recaps/{run}/documents/{document}", {}), ("mornings", {}),
        ("mornings/latest", {}), ("mornings/{day}", {}),
    ],
)  # fmt: skip
async def test_answers_are_as_described(
    api: httpx.AsyncClient, conn: Connection, planted: Planted, path: str, query: dict[str, str]
):
    recap = await plant_recap(conn, planted.said)
    ids = {name: str(getattr(planted, name)) for name in ("atlas", "sleep", "naps", "seed", "said")}
    ids |= {"run": str(recap.run), "stage": "dedup", "document": str(recap.document), "day": DAY.isoformat()}
    described = re.sub(r"\{(atlas|sleep|naps|seed|said)\}", "{id}", path)

    answer = await api.get(
        path.format(**ids), params={key: value.format(**ids) for key, value in query.items()}
    )

    assert answer.status_code == 200, answer.text
    check(answer.json(), answers(f"/api/v1/{described}"))
    if "items" in answer.json():
        assert answer.json()["items"]

"""The manifests as they are: every overlay renders, and no checker finds anything in it.

CRDs of operators are given to `make k8s-check` by STELLWERK_CRDS; here custom objects are checked by all but a schema.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from deploy.k8s import generate
from deploy.k8s.checks import agree, network, pods, refs, render, schema
from deploy.k8s.checks.__main__ import PINNED, main
from deploy.k8s.checks.code import services

Objects = list[dict[str, Any]]


@pytest.fixture(scope="module", params=render.OVERLAYS)
def overlay(request: pytest.FixtureRequest) -> tuple[str, Objects]:
    """(name, objects) of each overlay."""
    return request.param, render.objects(request.param)


def test_the_overlay_is_sound(overlay: tuple[str, Objects]) -> None:
    name, found = overlay
    assert len(found) > 90
    assert schema.check(found, {}).faults == []
    assert refs.check(found, digests=name in PINNED) == []
    assert pods.check(found) == []
    assert network.check(found) == []
    assert agree.check(found, services()) == []


def test_what_is_generated_is_what_the_code_says(capsys: pytest.CaptureFixture[str]) -> None:
    assert generate.main(["--check"]) == 0, capsys.readouterr().out


def test_custom_objects_without_their_schema_are_named(overlay: tuple[str, Objects]) -> None:
    name, found = overlay
    custom = {title.partition("/")[0] for title in schema.check(found, {}).unchecked}
    assert custom == (
        set() if name == "ci" else custom | {"Kafka", "Cluster", "KafkaTopic", "HTTPRoute", "Certificate"}
    )


def test_nobody_from_outside_reaches_more_than_the_portal() -> None:
    found = network.edges(render.objects("prod"))
    assert [edge for edge in found if edge.startswith(("stranger", "neighbour", "internet", "metadata-service"))] == []
    assert [edge for edge in found if edge.startswith("gateway")] == ["gateway -> portal-api 8080"]
    assert not [
        edge for edge in found if edge.startswith("portal-api -> ") and edge.endswith(("pg 5432", "kafka kafka"))
    ]


def test_traces_are_off_and_one_line_turns_them_on(tmp_path: Path) -> None:
    """The component adds the collector's address and a way to it, for whatever runs long, and nothing else."""
    (tmp_path / "kustomization.yaml").write_text(
        f"resources: [{os.path.relpath(render.HERE / 'overlays/prod', tmp_path)}]\n"
        f"components: [{os.path.relpath(render.HERE / 'traces', tmp_path)}]\n"
    )
    off, on = render.objects("prod"), render.objects(tmp_path)
    assert [_config(found)["STELLWERK_TRACES"] for found in (off, on)] == ["", "http://otel-collector.monitoring:4318"]
    more = {*network.edges(on)} - {*network.edges(off)}
    assert {edge.partition(" -> ")[2] for edge in more} == {"prometheus 4318"}
    assert {"crm-relay", "risk-worker", "portal-api"} <= {edge.partition(" -> ")[0] for edge in more}
    assert {*network.edges(off)} <= {*network.edges(on)}
    assert schema.check(on, {}).faults == []
    assert refs.check(on, digests=True) == []


def _config(found: Objects) -> dict[str, str]:
    return next(o["data"] for o in found if o["kind"] == "ConfigMap" and o["metadata"]["name"] == "stellwerk")


def test_an_unknown_overlay_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["produktion"]) == 2
    assert "dev, ci, staging, prod" in capsys.readouterr().out


def test_a_tree_that_does_not_render_says_why(tmp_path: Any) -> None:
    (tmp_path / "kustomization.yaml").write_text("resources: [gone.yaml]\n")
    with pytest.raises(ValueError, match=r"does not render: .*gone\.yaml"):
        render.objects(tmp_path)

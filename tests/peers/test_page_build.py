"""The real build of the control room's page, from nothing, and again without any network."""

from __future__ import annotations

import io
import re
import shutil
from pathlib import Path

import pytest

from launcher import node, page
from launcher.console import Console
from launcher.places import REPOSITORY, Places
from sidecast.control.assets import load_assets

pytestmark = pytest.mark.peers


def test_it_is_built_from_nothing_and_again_without_a_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    places = Places(tmp_path / "repository", tmp_path / "home", tmp_path / "cache", tmp_path / "data")
    here = page.source(Places(REPOSITORY, tmp_path, tmp_path, tmp_path))
    shutil.copytree(here, page.source(places), ignore=shutil.ignore_patterns("node_modules"))
    node.wanted(places).parent.mkdir(parents=True)
    shutil.copy(REPOSITORY / "requirements" / "node.txt", node.wanted(places))
    said = io.StringIO()
    first = page.Building(places, dev=False).finish(Console(said))
    if page.WHY_NOT in first:
        pytest.skip(first[page.WHY_NOT])
    assert re.search(r"✓ Control page \(Node \d+", said.getvalue())

    assets = load_assets(Path(first[page.VARIABLE]))
    index = assets["index.html"].content.decode()
    named = re.findall(r'(?:src|href)="/page/([^"]+)"', index)
    assert {Path(name).suffix for name in named} == {".js", ".css", ".svg"}
    assert set(named) <= set(assets), "the page asks for a file that was not built"
    # the policy allows neither
    assert not re.search(r"<style|<script>|style=|\son\w+=", index)
    # names of namespaces, and an address that is there to be followed
    elsewhere = rb"https?://(?!www\.w3\.org|svelte\.dev|dev\.twitch\.tv)[\w-]+\.[\w.-]+"
    assert not any(re.search(elsewhere, each.content) for each in assets.values())

    (page.source(places) / "src" / "words.ts").open("a").write("\nexport const changed = true;\n")
    for variable in ("npm_config_registry", "PIP_INDEX_URL"):
        monkeypatch.setenv(variable, "http://127.0.0.1:9/")
    second = page.Building(places, dev=False).finish(Console(said))
    assert page.WHY_NOT not in second
    assert second[page.VARIABLE] != first[page.VARIABLE]
    assert not Path(first[page.VARIABLE]).exists(), "what nobody serves any more is left behind"

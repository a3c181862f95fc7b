"""compose.yaml says what the embedded server is told."""

from __future__ import annotations

import re
from pathlib import Path

from graph.embedded import NEO4J_VERSION, EmbeddedConfig
from graph.embedded.config import write_settings
from tests.docs.pages import DOCS

COMPOSE = (DOCS.parent / "compose.yaml").read_text(encoding="utf-8")


def test_the_image_is_the_locked_version() -> None:
    assert re.findall(r"image: neo4j:(\S+)", COMPOSE) == [f"{NEO4J_VERSION}-community"]


def test_its_settings_are_the_embedded_server_s(tmp_path: Path) -> None:
    config = EmbeddedConfig(data_dir=tmp_path)
    config.layout().create()
    write_settings(config, 7687)
    lines = (config.layout().conf / "neo4j.conf").read_text(encoding="utf-8").splitlines()
    embedded = dict(line.split("=", 1) for line in lines if not line.startswith("#"))
    told = re.findall(r"^      NEO4J_((?:dbms|db|internal|server)_\w+): \"?([^\"\n]+)", COMPOSE, re.MULTILINE)
    assert len(told) > 5
    for variable, value in told:
        # The image's own spelling: two underscores stand for one, one for a dot.
        name = variable.replace("__", "\0").replace("_", ".").replace("\0", "_")
        if not name.startswith("server.memory.heap."):
            assert embedded[name].replace("60000ms", "60s") == value, name

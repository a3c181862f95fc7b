"""`bench influence`: which networks it reads, how, and what it leaves."""

from __future__ import annotations

import gzip
import json
import lzma
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from bench.__main__ import cli
from bench.influence.networks import Model, by_degree, by_pagerank, made_up, network
from bench.influence.reading import Arcs, Edges, read
from bench.measure import Unmeasurable

KEYS = {"seeds", "spread", "spread_se", "certificate", "cpu_s", "peak_mb", "pagerank_spread", "degree_spread"}


def folder(place: Path, edges: str, readme: str = "", name: str = "edges.tsv.xz") -> Path:
    data = edges.encode()
    place.joinpath(name).write_bytes(
        lzma.compress(data) if name.endswith("xz") else gzip.compress(data) if name.endswith("gz") else data
    )
    if readme:
        place.joinpath("README.md").write_text(readme, "utf-8")
    return place


def named(arcs: Arcs) -> list[tuple[int | str, int | str]]:
    pairs = zip(arcs.sources.tolist(), arcs.targets.tolist(), strict=True)
    return sorted((arcs.names[source], arcs.names[target]) for source, target in pairs)


@pytest.mark.parametrize(
    ("edges", "readme", "found"),
    [
        ("u\tv\n7\t3\n3\t9\n", "", [(3, 7), (3, 9), (7, 3), (9, 3)]),
        ("src\tdst\n7\t3\n3\t9\n", "# A graph", [(3, 9), (7, 3)]),
        ("src\tdst\n7\t3\n3\t9\n", "For influence, reverse the arc.", [(3, 7), (9, 3)]),
        ("7\t3\n3\t9\n", "# X (undirected, multi-edges kept)", [(3, 7), (3, 9), (7, 3), (9, 3)]),
        ("7\t3\n3\t9\n", "12 arcs, directed", [(3, 9), (7, 3)]),
        ("# Undirected graph\n7\t3\n3\t9\n", "", [(3, 7), (3, 9), (7, 3), (9, 3)]),
        ("# Directed graph\n# FromNodeId\tToNodeId\n7\t3\n3\t9\n", "", [(3, 9), (7, 3)]),
        ("u\tv\n7\t3\n3\t7\n", "", [(3, 7), (7, 3)]),
        ("u\tv\n7\t3\n7\t3\n5\t5\n", "", [(3, 7), (3, 7), (7, 3), (7, 3)]),
        ("9 2\n 7  3 \n3 9", "directed", [(3, 9), (7, 3)]),
        ("a,b,when\nli,wang,3\nwang,chen,4\n", "", [("li", "wang"), ("wang", "chen")]),
        ("src;dst\r\n7; 3\r\n", "", [(7, 3)]),
    ],
)
def test_edges_are_read_as_the_folder_says(
    tmp_path: Path, edges: str, readme: str, found: list[tuple[int | str, int | str]]
) -> None:
    assert named(read(folder(tmp_path, edges, readme), None)) == found


def test_a_file_may_be_named_and_its_direction_too(tmp_path: Path) -> None:
    folder(tmp_path, "1 2\n2 3\n", name="one.txt.gz")
    folder(tmp_path, "1 2\n", name="two.csv")
    assert named(read(tmp_path / "one.txt.gz", Edges.REVERSED)) == [(2, 1), (3, 2)]
    with pytest.raises(Unmeasurable, match=r"several files could be the edges: one\.txt\.gz, two\.csv"):
        read(tmp_path, None)


@pytest.mark.parametrize(
    ("edges", "message"),
    [("u\tv\n", "two ends"), ("u\tv\n1\n", "two ends"), ("u\tv\n1\t1\n", "no edges"), ("1\t2\n3\n", "columns")],
)
def test_what_is_no_network_is_said(tmp_path: Path, edges: str, message: str) -> None:
    with pytest.raises(Unmeasurable, match=message):
        read(folder(tmp_path, edges), None)
    with pytest.raises(Unmeasurable, match="no such folder"):
        read(tmp_path / "nowhere", None)
    tmp_path.joinpath("edges.tsv.xz").write_bytes(b"no such thing")
    with pytest.raises(Unmeasurable, match="cannot be read"):
        read(tmp_path, None)


def test_probabilities_are_those_of_the_model(tmp_path: Path) -> None:
    arcs = read(folder(tmp_path, "src\tdst\tp\n1\t3\t0.5\n1\t3\t0.25\n2\t3\t0.125\n"), None)
    weighted = network(arcs, Model.WC, 0.0)
    assert list(zip(weighted.sources.tolist(), weighted.probabilities.tolist(), strict=True)) == [
        (0, pytest.approx(2 / 3)),
        (1, pytest.approx(1 / 3)),
    ]
    assert network(arcs, Model.IC, 0.1).probabilities.tolist() == [0.1, 0.1, 0.1]
    assert network(arcs, Model.GIVEN, 0.1).probabilities.tolist() == [0.5, 0.25, 0.125]
    assert by_degree(arcs, 1) == [0]
    assert by_pagerank(arcs, 2) == [0, 1]
    with pytest.raises(Unmeasurable, match="no column"):
        network(made_up(50), Model.GIVEN, 0.1)


def test_the_figures_are_left_in_a_file(tmp_path: Path) -> None:
    chance = np.random.default_rng(4)
    lines = "\n".join(f"{a + 100}\t{b + 100}" for a, b in chance.integers(0, 200, (600, 2)))
    folder(tmp_path, f"u\tv\n{lines}\n")
    command = ["influence", str(tmp_path), "--k", "5", "--cascades", "500", "--json", str(tmp_path / "out.json")]
    outcome = CliRunner().invoke(cli, command)
    assert outcome.exit_code == 0, outcome.output
    assert "certificate" in outcome.output
    figures = json.loads(tmp_path.joinpath("out.json").read_text("utf-8"))
    assert figures.keys() >= KEYS
    assert len(set(figures["seeds"])) == 5
    assert min(figures["seeds"]) >= 100
    assert figures["certificate"] >= 0.75
    assert figures["spread"] >= max(figures["pagerank_spread"], figures["degree_spread"]) - 5 * figures["spread_se"]
    assert figures["estimate_low"] <= figures["spread"] + 5 * figures["spread_se"]
    assert CliRunner().invoke(cli, ["influence"]).exit_code == 2

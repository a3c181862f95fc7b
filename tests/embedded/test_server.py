"""A running server: what it refuses, who can reach it, and that it comes back."""

from __future__ import annotations

import http.server
import os
import signal
import socket
import threading
from dataclasses import replace
from pathlib import Path

import neo4j
import psutil
import pytest
from neo4j.exceptions import AuthError, ClientError

from graph.embedded import (
    NEO4J_VERSION,
    DataDirHeld,
    EmbeddedServer,
    PortTaken,
    State,
    bulk_import,
    shell_info,
    start_detached,
    status,
    stop,
)
from tests.embedded.conftest import small, until


def driver(server: EmbeddedServer) -> neo4j.Driver:
    return neo4j.GraphDatabase.driver(server.uri, auth=(server.username, server.password))


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_serves_what_was_imported(server: EmbeddedServer) -> None:
    with driver(server) as session:
        found = session.execute_query("MATCH (user:User) RETURN collect(user.handle) AS handles")
        kernel = session.execute_query("CALL dbms.components() YIELD name, versions, edition")
    assert sorted(found.records[0]["handles"]) == ["an", "bo", "cy"]
    assert kernel.records[0].values() == ["Neo4j Kernel", [NEO4J_VERSION], "community"]
    assert server.state is State.READY


def test_private_files(server: EmbeddedServer, imported: Path) -> None:
    assert mode(imported) == 0o700
    for name in ("conf/password", "conf/neo4j.conf", "run/server.json", "run/holder.json", "run/java.args"):
        assert mode(imported / name) == 0o600, name
    assert len(server.password) >= 24
    assert server.password not in " ".join(psutil.Process(server.pid).cmdline())
    assert not (imported / "run" / "admin.args").exists()


def test_a_wrong_password_is_refused(server: EmbeddedServer) -> None:
    with neo4j.GraphDatabase.driver(server.uri, auth=("neo4j", "neo4j")) as session, pytest.raises(AuthError):
        session.execute_query("RETURN 1")


def test_only_bolt_on_loopback(server: EmbeddedServer) -> None:
    connections = psutil.Process(server.pid).net_connections("inet")
    listening = {one.laddr for one in connections if one.status == psutil.CONN_LISTEN}
    assert {(one.ip.removeprefix("::ffff:"), one.port) for one in listening} == {("127.0.0.1", server.port)}


@pytest.mark.parametrize("scheme", ["file", "http", "https", "ftp", "s3", "gs", "azb"])
@pytest.mark.parametrize("access", ["READ", "WRITE"])
def test_load_csv_is_refused(server: EmbeddedServer, tmp_path: Path, scheme: str, access: str) -> None:
    asked: list[str] = []

    class Listener(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)

    with http.server.HTTPServer(("127.0.0.1", 0), Listener) as web:
        thread = threading.Thread(target=web.serve_forever, args=(0.05,))
        thread.start()
        secret = tmp_path / "secret.csv"
        secret.write_text("secret\n", "utf-8")
        place = str(secret) if scheme == "file" else f"127.0.0.1:{web.server_port}/secret.csv"
        load = neo4j.Query("LOAD CSV FROM $url AS line RETURN line")
        with driver(server) as whole, pytest.raises(ClientError) as refused:
            whole.session(default_access_mode=access).run(load, url=f"{scheme}://{place}").consume()
        web.shutdown()
        thread.join()
    assert refused.value.code is not None
    assert refused.value.code.startswith("Neo.ClientError.")
    assert "secret\n" not in str(refused.value)
    assert asked == []


def test_needed_procedures_are_allowed(server: EmbeddedServer) -> None:
    with driver(server) as whole:
        for statement in (
            "CREATE FULLTEXT INDEX p_text FOR (n:P) ON EACH [n.name]",
            "CREATE VECTOR INDEX p_vector FOR (n:P) ON n.vector OPTIONS {indexConfig: {`vector.dimensions`: 2}}",
            "CREATE (n:P {name: 'word'}) WITH n CALL db.create.setNodeVectorProperty(n, 'vector', [1.0, 2.0])",
            "CALL db.awaitIndexes(30)",
            "CALL dbms.listConnections() YIELD connectionId RETURN connectionId",
            "SHOW TRANSACTIONS YIELD transactionId RETURN transactionId",
        ):
            whole.execute_query(statement)  # type: ignore[arg-type,unused-ignore]
        text = whole.execute_query("CALL db.index.fulltext.queryNodes('p_text', 'word') YIELD node RETURN node.name")
        near = whole.execute_query(
            "CALL db.index.vector.queryNodes('p_vector', 1, [1.0, 2.0]) YIELD node RETURN node.name"
        )
    assert [record[0] for record in (*text.records, *near.records)] == ["word", "word"]


def test_limits_hold(server: EmbeddedServer) -> None:
    with driver(server) as whole, whole.session() as session:
        shown = whole.execute_query("SHOW SETTINGS YIELD name, value RETURN name, value").records
        settings = {record["name"]: record["value"] for record in shown}
        with pytest.raises(neo4j.exceptions.Neo4jError, match="memory"):
            session.run("UNWIND range(1, 5000000) AS i RETURN collect({a: i, b: toString(i)})").consume()
    assert settings["db.transaction.timeout"] == "1m"
    assert settings["db.memory.transaction.max"] == "64.00MiB"
    assert settings["dbms.usage_report.enabled"] == "false"
    assert settings["server.memory.query_cache.per_db_cache_num_entries"] == "2000"
    assert settings["dbms.security.procedures.unrestricted"] == ""


def test_a_second_user_of_the_directory_is_told_who_holds_it(server: EmbeddedServer, imported: Path) -> None:
    held = f"process {os.getpid()} .*python.*, since 20"
    with pytest.raises(DataDirHeld, match=held) as refused:
        EmbeddedServer(small(imported)).start()
    assert refused.value.pid == os.getpid()
    for other in (
        lambda: start_detached(small(imported)),
        lambda: stop(imported),
        lambda: bulk_import(small(imported), ["neo4j"]),
    ):
        with pytest.raises(DataDirHeld, match=held):
            other()
    assert psutil.pid_exists(server.pid)


def test_status_of_an_apps_server(server: EmbeddedServer, imported: Path) -> None:
    found = status(imported)
    assert (found.running, found.detached, found.pid, found.uri) == (True, False, server.pid, server.uri)
    assert found.holder is not None
    assert found.holder.startswith(f"{os.getpid()} (")
    assert found.memory_mib is not None
    assert found.memory_mib > 100
    info = shell_info(imported)
    assert (info.uri, info.username, info.password()) == (server.uri, "neo4j", server.password)
    assert server.password not in repr(info)


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=f"Port {port} on 127.0.0.1") as refused:
            EmbeddedServer(replace(small(tmp_path), port=port)).start()
    assert refused.value.code == "PORT_TAKEN"
    assert not status(tmp_path).running


def test_a_server_that_dies_comes_back(imported: Path, server: EmbeddedServer) -> None:
    states: list[State] = []
    server._on_state = lambda state, message: states.append(state)
    before, uri = server.pid, server.uri
    with driver(server) as whole:
        whole.execute_query("CREATE (:Kept)")
        os.kill(before, signal.SIGKILL)
        assert until(lambda: server.state is State.READY and server.pid != before)

        def count(transaction: neo4j.ManagedTransaction) -> int:
            record = transaction.run("MATCH (kept:Kept) RETURN count(kept)").single(strict=True)
            return int(record[0])

        with whole.session() as session:
            assert session.execute_read(count) == 1
    assert states == [State.RESTARTING, State.READY]
    assert server.uri == uri == status(imported).uri
    assert status(imported).pid == server.pid

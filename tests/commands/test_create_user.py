"""`create-user`: somebody who can sign in, made beside a service that runs."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.commands.command import ROOT, environment
from tests.commands.test_serve import Service

_SIGN_IN = """
mutation SignIn($input: SignInInput!) { signIn(input: $input) {
  errors { code } viewer { roles email user { handle displayName } }
} }"""
PASSWORD = "operator's 口令 here"


def create(data_dir: Path, *arguments: str, password: str = PASSWORD) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "app.py", "create-user", *arguments, "--password-stdin", "--data-dir", str(data_dir)],
        cwd=ROOT,
        input=password + "\n",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=environment(),
    )


def sign_in(address: str, email: str) -> Any:
    given = {"email": email, "password": PASSWORD}
    response = httpx.post(address, json={"query": _SIGN_IN, "variables": {"input": given}}, timeout=20)
    return response.json()["data"]["signIn"]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A service with the demo, stopped however the test ends."""
    one = Service(tmp_path / "data")
    yield one
    assert one.stop(signal.SIGINT) in (0, 130)


@pytest.mark.timeout(300)
def test_the_first_administrator(tmp_path: Path, service: Service) -> None:
    data_dir = tmp_path / "data"
    address = service.ready()
    made = create(data_dir, "boss@example.com", "--handle", "the_boss", "--name", "老板", "--role", "admin")
    assert made.returncode == 0, made.stderr
    assert "made @the_boss" in made.stdout
    assert "admin" in made.stdout
    assert PASSWORD not in made.stdout + made.stderr
    found = sign_in(address, "boss@example.com")
    assert found["viewer"] == {
        "roles": ["MEMBER", "ADMIN"],
        "email": "boss@example.com",
        "user": {"handle": "the_boss", "displayName": "老板"},
    }
    query = '{ category(slug: "beauty") { notes(first: 1) { nodes { author { handle displayName } } } } }'
    response = httpx.post(address, json={"query": query}, timeout=20)
    (note,) = response.json()["data"]["category"]["notes"]["nodes"]
    author = note["author"]
    given = create(data_dir, "author@example.com", "--handle", author["handle"])
    assert "gave an account to" in given.stdout
    assert sign_in(address, "author@example.com")["viewer"]["user"] == author
    again = create(data_dir, "second@example.com", "--handle", author["handle"])
    assert again.returncode == 1
    assert "has an account" in again.stderr
    taken = create(data_dir, "boss@example.com", "--handle", "another_one")
    assert taken.returncode == 1
    assert "signed up with this address" in taken.stderr


@pytest.mark.parametrize(
    ("arguments", "password", "told"),
    [
        (("no address", "--handle", "abc"), PASSWORD, "email must be an address"),
        (("a@example.com", "--handle", "x"), PASSWORD, "handle must have 3 to 30"),
        (("a@example.com", "--handle", "abc"), "short", "10 to 200 characters"),
    ],
)
def test_bad_input_is_told_before_anything_starts(
    tmp_path: Path, arguments: tuple[str, ...], password: str, told: str
) -> None:
    done = create(tmp_path / "data", *arguments, password=password)
    assert done.returncode == 1
    assert told in done.stderr
    assert not (tmp_path / "data").exists()

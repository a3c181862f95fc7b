"""Settings are frozen, named by their variables, and say what is accepted; a password is never shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from docs.pages import settings as page
from settings import Settings, SettingsError, load_settings, variable_of


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable and no `.env` file of the machine counts."""
    for name in Settings.model_fields:
        monkeypatch.delenv(variable_of(name), raising=False)
    monkeypatch.chdir(tmp_path)


def test_defaults_are_accepted() -> None:
    found = load_settings()
    assert (found.host, found.port, found.workers, found.neo4j_uri, found.demo) == ("127.0.0.1", 8000, 1, None, True)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("ZHONGCAO_PORT", "99999", "less than or equal to 65535"),
        ("ZHONGCAO_PORT", "http", "valid integer"),
        ("ZHONGCAO_WORKERS", "0", "greater than or equal to 1"),
        ("ZHONGCAO_HEAP_MB", "64", "greater than or equal to 256"),
        ("ZHONGCAO_QUERY_TIMEOUT_S", "0", "greater than 0"),
        ("ZHONGCAO_DEMO", "perhaps", "valid boolean"),
        ("ZHONGCAO_MAX_PAGE_SIZE", "101", "less than or equal to 100"),
        ("ZHONGCAO_MAX_COST", "1", "greater than or equal to 100"),
    ],
)
def test_a_bad_value_names_its_variable_and_what_is_accepted(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    (line,) = str(caught.value).splitlines()
    assert line.startswith(f"{name}: ")
    assert told in line
    described = Settings.model_fields[name.removeprefix("ZHONGCAO_").lower()].description
    assert line.endswith(f"({described})")


def test_each_bad_value_has_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHONGCAO_PORT", "-1")
    monkeypatch.setenv("ZHONGCAO_MAX_DEPTH", "1")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert [line.partition(":")[0] for line in str(caught.value).splitlines()] == [
        "ZHONGCAO_PORT",
        "ZHONGCAO_MAX_DEPTH",
    ]


def test_the_database_s_names_are_the_driver_s(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("URI", "USERNAME", "PASSWORD", "DATABASE"):
        monkeypatch.setenv(f"NEO4J_{name}", f"bolt://{name.lower()}")
    found = load_settings()
    assert (found.neo4j_uri, found.neo4j_username, found.neo4j_database) == (
        "bolt://uri",
        "bolt://username",
        "bolt://database",
    )
    assert found.neo4j_password.get_secret_value() == "bolt://password"


def test_an_option_wins_over_the_environment_and_that_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("ZHONGCAO_PORT=1\nZHONGCAO_WORKERS=2\nZHONGCAO_MAX_DEPTH=3\n", encoding="utf-8")
    monkeypatch.setenv("ZHONGCAO_PORT", "11")
    monkeypatch.setenv("ZHONGCAO_WORKERS", "12")
    found = load_settings(port=21, workers=None)
    assert (found.port, found.workers, found.max_depth) == (21, 12, 3)


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().port = 1  # type: ignore[misc]  # the assignment is what is tested


def test_a_password_is_never_shown() -> None:
    found = Settings(neo4j_password=SecretStr("open sesame"))
    for shown in (repr(found), str(found), found.model_dump_json(), f"{found.neo4j_password}"):
        assert "sesame" not in shown


def test_the_page_has_a_row_for_every_setting() -> None:
    text = page.settings()
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert f"| `{variable_of(name)}` |" in text

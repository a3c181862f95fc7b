"""The explorer as a person uses it: in a real browser, on the demo, through to what the graph holds."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
import orjson
import pytest
from playwright.async_api import Page, expect

from graph.database import Database
from graph.rules.access import Role
from settings import Settings
from tests.explore.browser import browsing, content, needs_browser
from tests.schema.community import PASSWORD, join
from tests.schema.searching import indexed, latin
from tests.schema.serving import serving
from tests.schema.shop import Shop, feature, open_shop
from tests.schema.support import cypher

pytestmark = [pytest.mark.anyio, needs_browser]
expect.set_options(timeout=20_000)  # a statement that the server has not planned yet takes its time
HOSTILE = "<img src=x onerror=alert(1)>=cmd"
_DRAWN = """() => {
  const drawn = echarts.getInstanceByDom(document.getElementById("chart"));
  const { series: [one], xAxis: [x], yAxis: [y] } = drawn.getOption();
  return { form: one.type, x: x.name, y: y.name, places: x.data ?? null, values: one.data, colour: x.axisLabel.color };
}"""
_INKED = """() => {
  const canvas = document.querySelector("#chart canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size;
}"""
_ROLES = "MATCH (:User {id: $id})-[:HAS_ACCOUNT]->(a:Account) SET a.roles = $roles RETURN 1"
_NAME = "MATCH (u:User {id: $id}) SET u.displayName = $name RETURN 1"
_FOLLOW = """MATCH (u:User {kind: 'creator'}) WHERE EXISTS { (u)-[:POSTED]->() } WITH u ORDER BY u.id LIMIT 8
MATCH (b:Brand {id: $brand})
CREATE (u)-[:FOLLOWS {at: $now, to: b.id}]->(b) RETURN u.id AS id"""


@dataclass
class Scene:
    """A page on which an analyst may sign in, a brand whose name only it has, and whatever went wrong in the page."""

    page: Page
    database: Database
    email: str
    shop: Shop
    author: str
    brand: str
    wrong: list[str] = field(default_factory=list)

    async def sign_in(self) -> None:
        await self.page.fill("#email", self.email)
        await self.page.fill("#password", PASSWORD)
        await self.page.press("#password", "Enter")
        await expect(self.page.locator("#picture")).to_be_visible()

    async def open_brand(self) -> None:
        await self.page.fill("#query", self.brand)
        await self.page.press("#query", "Enter")
        await self.page.locator("#found button", has_text=self.brand).first.click()
        await expect(self.page.locator("#rows tr.chosen", has_text=self.brand)).to_be_visible()

    async def names(self) -> list[str]:
        return await self.page.locator("#rows td:nth-child(2)").all_text_contents()

    async def shows(self, name: str, count: int = 1) -> None:
        """Returns once the table has so many rows of that name."""
        await expect(self.page.locator("#rows tr", has_text=name)).to_have_count(count)

    async def pick(self, node_id: str) -> None:
        await self.page.locator(f'#rows input[data-node="{node_id}"]').check()

    async def write(self, query: str) -> None:
        """Puts the question into the console's editor."""
        await self.page.evaluate("query => document.querySelector('.CodeMirror').CodeMirror.setValue(query)", query)

    async def ask(self, query: str) -> None:
        await self.write(query)
        await self.page.click("#run")

    async def chart(self) -> dict[str, Any]:
        """What the chart draws: its form, both axes' names, the places across and the values."""
        drawn: dict[str, Any] = await self.page.evaluate(_DRAWN)
        return drawn

    async def saved(self, button: str) -> bytes:
        async with self.page.expect_download() as download:
            await self.page.click(button)
        return content(await (await download.value).path())

    def all_well(self) -> None:
        assert self.wrong == []


@pytest.fixture
async def scene(database: Database, settings: Settings) -> AsyncIterator[Scene]:
    async with (
        browsing() as browser,
        serving(settings) as place,
        httpx.AsyncClient(base_url=f"http://{place}", trust_env=False) as client,
    ):
        analyst = await join(client, "分析师")
        author = await join(client, "作者")
        shop = await open_shop(client, database, settings)
        brand = f"青屿{shop.brand_id[-8:]}"
        roles = [Role.ANALYST.value, Role.DATA_SCIENTIST.value]
        await cypher(database, _ROLES, id=analyst.id, roles=roles)
        await cypher(database, _NAME, id=author.id, name=HOSTILE)
        await cypher(database, "MATCH (b:Brand {id: $id}) SET b.name = $name RETURN 1", id=shop.brand_id, name=brand)
        await cypher(database, _FOLLOW, brand=shop.brand_id, now=datetime.now(UTC))
        await author.done("followBrand", {"brandId": shop.brand_id})
        await feature(database, author, shop.product_id)
        await indexed(database)
        page = await browser.new_page(viewport={"width": 1360, "height": 820})
        found = Scene(page, database, analyst.email, shop, author.id, brand)
        page.on("pageerror", lambda error: found.wrong.append(str(error)))
        page.on("console", lambda one: found.wrong.append(one.text) if one.type == "error" else None)
        page.on("dialog", lambda one: found.wrong.append(one.message))
        await page.goto(f"http://{place}/explore")
        await page.wait_for_selector("html[data-ready]")
        yield found


async def test_a_picture_is_found_filtered_taken_along_and_opened_again(scene: Scene) -> None:
    page, shop = scene.page, scene.shop
    await expect(page).to_have_title("种草 · 探索")
    await scene.sign_in()
    await scene.open_brand()
    names = await scene.names()
    assert {scene.brand, "海藻精华", HOSTILE} <= set(names)
    assert len(names) == 11  # the brand, its product, nine followers
    assert await page.locator("img").count() == 0

    # Expanded by one kind, with a limit; the service says that there is more.
    await page.click("#rows tr.chosen input")
    await scene.pick(shop.product_id)
    await page.select_option("#expand-kind", "FEATURES")
    await page.click("#expand button")
    await expect(page.locator("#status")).to_contain_text("1 个新节点")
    await scene.shows("晨间")

    # Filtered by kind of node, and back.
    await page.locator("#types input[value=Product]").uncheck()
    await scene.shows("海藻精华", 0)
    await page.locator("#types input[value=Product]").check()
    await scene.shows("海藻精华")

    # The way from the product to its note's author leads over the note, or over the brand.
    await page.focus("#canvas")
    await page.keyboard.press("Escape")
    await expect(page.locator("#rows input:checked")).to_have_count(0)
    await scene.pick(shop.product_id)
    await scene.pick(scene.author)
    await page.click("#path")
    await expect(page.locator("#status")).to_contain_text("2 步的路径: ")
    await expect(page.locator("#status")).to_contain_text("海藻精华")

    await page.click("#shorten")
    (head, *rows) = csv.reader(io.StringIO((await scene.saved("#csv")).decode("utf-8-sig")))
    assert head[:3] == ["id", "type", "name"]
    assert {row[0] for row in rows} == {shop.product_id, scene.author}
    graph = orjson.loads(await scene.saved("#json"))
    assert {one["kind"] for one in graph["ties"]} >= {"FOLLOWS", "MAKES", "FEATURES", "POSTED"}
    assert (await scene.saved("#png")).startswith(b"\x89PNG")

    # Hidden by keyboard; the link brings all of it back: nodes, what is hidden, pinned and listed, language aside.
    await page.click("#pin")
    await page.focus("#canvas")
    await page.keyboard.press("Delete")
    await scene.shows("海藻精华", 0)
    before = await scene.names()
    await page.click("#link")
    await page.reload()
    await expect(page.locator("#status")).to_contain_text("已按链接打开")
    await expect(page.locator("#rows tr")).to_have_count(len(before))
    assert await scene.names() == before
    assert await page.text_content("#short-count") == "2"
    await page.click("#show-all")
    await scene.shows("海藻精华")
    assert set(await scene.names()) == {*before, "海藻精华", HOSTILE}
    await page.click("#language")
    await expect(page.locator("#path")).to_have_text("Path of two")
    await expect(page).to_have_title("Zhongcao · Explorer")
    scene.all_well()


async def test_wrong_passwords_and_broken_links_are_told(scene: Scene) -> None:
    page = scene.page
    await page.fill("#email", scene.email)
    await page.fill("#password", "not the password")
    await page.press("#password", "Enter")
    await expect(page.locator("#status.error")).not_to_be_empty()
    await expect(page.locator("#picture")).to_be_hidden()
    await scene.sign_in()
    await page.evaluate("location.hash = 'nonsense'")
    await expect(page.locator("#status.error")).to_have_text("链接不完整，无法打开")
    await page.fill("#query", latin())
    await page.press("#query", "Enter")
    await expect(page.locator("#status")).to_have_text("没有找到")
    await page.click("#sign-out")
    await expect(page.locator("#door")).to_be_visible()
    assert await page.evaluate("sessionStorage.length") == 0
    scene.all_well()


async def test_the_console_answers_as_table_graph_and_plan(scene: Scene) -> None:
    page = scene.page
    await scene.sign_in()
    await page.click("#tab-console")
    await page.wait_for_selector(".CodeMirror")
    query = (
        f"MATCH (u:User {{id: '{scene.author}'}})-[posted:POSTED]->(note:Note) RETURN u, posted, note.title AS title"
    )
    await scene.write(query)
    await page.click("#run")
    await expect(page.locator("#result tbody tr")).to_have_count(1)
    assert HOSTILE in (await page.text_content("#result tbody") or "")
    await page.click("#as-graph")
    await expect(page.locator("#result-graph canvas").first).to_be_visible()
    await page.click("#profile")
    await expect(page.locator("#result .plan strong").first).to_have_text("ProduceResults")
    await expect(page.locator("#history li")).to_have_count(1)
    # What there is to ask about is told beside it, as the graph is now.
    (told,) = await cypher(scene.database, "MATCH (u:User) RETURN count(u) AS people")
    people = page.locator("#explained details").filter(has=page.get_by_text(f"User · {told['people']}", exact=True))
    await people.locator("summary").click()
    await expect(people).to_contain_text("A person, or the official account of a brand.")
    await expect(people).to_contain_text("handle string: unique name in addresses")
    await expect(people).to_contain_text("例子: ")
    follows = page.locator("#explained details").filter(has_text="(:User)-[:FOLLOWS]->(:Topic)")
    await expect(follows).to_have_count(1)
    await scene.write("MATCH (n:")
    await page.locator(".CodeMirror").click()
    await page.keyboard.press("Control+End")
    await page.keyboard.type("Use")
    await page.keyboard.press("Control+Space")
    await expect(page.locator(".CodeMirror-hint").first).to_have_text("User")
    for written, offered in (
        ("MATCH (u:User)-[:FOLL", "FOLLOWS"),
        ("MATCH (u:User) RETURN u.displ", "displayName"),
        ("MATCH (u:User {displ", "displayName"),
        ("MATCH (u:User {private: false, displ", "displayName"),
    ):
        await page.keyboard.press("Escape")
        await scene.write("")
        await page.keyboard.type(written)
        await page.keyboard.press("Control+Space")
        await expect(page.locator(".CodeMirror-hint").first).to_have_text(offered)
    await page.keyboard.press("Escape")
    await scene.write("CREATE (n:User) RETURN n")
    await page.click("#run")
    await expect(page.locator("#status.error")).not_to_be_empty()
    # The browser itself notes every answer that is no 200.
    assert all("422" in one for one in scene.wrong)


async def test_the_console_draws_charts_of_what_has_numbers(scene: Scene) -> None:
    page = scene.page
    await scene.sign_in()
    await page.click("#tab-console")
    await page.wait_for_selector(".CodeMirror")
    await scene.ask(
        f"UNWIND [['x', 3, 0.5], ['{HOSTILE}', 1, 1.5], ['z', null, 2.5]] AS row "
        "RETURN row[1] AS count, row[0] AS name, row[2] AS share, "
        "date('2026-01-05') - duration({days: toInteger(row[2])}) AS day"
    )
    await expect(page.locator("#result tbody tr")).to_have_count(3)
    await page.click("#as-chart")
    drawn = await scene.chart()
    colour = drawn.pop("colour")
    assert drawn == {"form": "bar", "x": "name", "y": "count", "places": ["x", HOSTILE, "z"], "values": [3, 1, None]}
    assert await page.evaluate(_INKED) > 5
    # The table stays, and the picture is named and points to it.
    await expect(page.locator("#result tbody tr")).to_have_count(3)
    picture = page.get_by_role("img", name="柱状图: name × count, 3 行. 下方的表格列出同样的行")
    await expect(picture).to_have_attribute("aria-details", "result")
    await picture.hover()  # its hint is drawn, too, and not written into the page
    assert await page.locator("img").count() == 0

    # Other columns and forms: times from left to right, rows without a time column by number.
    await page.select_option("#chart-x", label="day")
    await page.select_option("#chart-y", label="share")
    await page.select_option("#chart-form", "line")
    drawn = await scene.chart()
    days = [datetime(2026, 1, day, tzinfo=UTC).timestamp() * 1000 for day in (3, 4, 5)]
    assert (drawn["form"], drawn["values"]) == ("line", [[days[0], 2.5], [days[1], 1.5], [days[2], 0.5]])
    await page.select_option("#chart-x", label="count")
    await page.select_option("#chart-form", "scatter")
    assert (await scene.chart())["values"] == [[1, 1.5], [3, 0.5]]
    await page.select_option("#chart-x", label="行号")
    assert (await scene.chart())["places"] == [1, 2, 3]

    # In English and in the dark, as it is.
    await page.click("#language")
    await expect(page.get_by_role("img", name="Scatter: Row × share, 3 rows. The table below")).to_be_visible()
    await page.emulate_media(color_scheme="dark")
    await page.wait_for_function(f"was => ({_DRAWN})().colour !== was", arg=colour)

    # A new answer keeps the view; the choices follow its columns. Without numbers, it says so.
    await scene.ask("UNWIND [4, 2] AS a RETURN a, a * 2 AS b")
    await expect(page.locator("#result thead th")).to_have_text(["a", "b"])
    drawn = await scene.chart()
    assert (drawn["form"], drawn["x"], drawn["y"], drawn["values"]) == ("scatter", "a", "b", [[2, 4], [4, 8]])
    await scene.ask("UNWIND [4, 2] AS only RETURN only")
    await expect(page.locator("#result thead th")).to_have_text(["only"])
    assert ((await scene.chart())["form"], (await scene.chart())["places"]) == ("line", [1, 2])
    for nothing in ("RETURN 'text' AS a, null AS b", "UNWIND [] AS a RETURN a"):
        await scene.ask(nothing)
        await expect(page.locator("#no-chart")).to_have_text("Nothing to draw: the answer has no column of numbers")
        await expect(page.locator("#chart")).to_be_hidden()
    await page.click("#explain")
    await expect(page.locator("#result .plan strong").first).to_have_text("ProduceResults")
    await expect(page.locator("#result-chart")).to_be_hidden()
    scene.all_well()

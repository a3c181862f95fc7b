"""The explorer as a person uses it: in a real browser, on the demo, through to what the graph holds."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

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
_ROLES = "MATCH (:User {id: $id})-[:HAS_ACCOUNT]->(a:Account) SET a.roles = $roles RETURN 1"
_NAME = "MATCH (u:User {id: $id}) SET u.displayName = $name RETURN 1"
_FOLLOW = """MATCH (u:User {kind: 'creator'}) WHERE EXISTS { (u)-[:POSTED]->() } WITH u ORDER BY u.id LIMIT 8
MATCH (b:Brand {id: $brand})
CREATE (u)-[:FOLLOWS {at: $now, to: b.id}]->(b) RETURN u.id AS id"""


@dataclass
class Scene:
    """A page on which an analyst may sign in, a brand whose name only it has, and whatever went wrong in the page."""

    page: Page
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
        found = Scene(page, analyst.email, shop, author.id, brand)
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
    await page.evaluate("query => document.querySelector('.CodeMirror').CodeMirror.setValue(query)", query)
    await page.click("#run")
    await expect(page.locator("#result tbody tr")).to_have_count(1)
    assert HOSTILE in (await page.text_content("#result tbody") or "")
    await page.click("#as-graph")
    await expect(page.locator("#result-graph canvas").first).to_be_visible()
    await page.click("#profile")
    await expect(page.locator("#result .plan strong").first).to_have_text("ProduceResults")
    await expect(page.locator("#history li")).to_have_count(1)
    await page.evaluate("document.querySelector('.CodeMirror').CodeMirror.setValue('MATCH (n:')")
    await page.locator(".CodeMirror").click()
    await page.keyboard.press("Control+End")
    await page.keyboard.type("Use")
    await page.keyboard.press("Control+Space")
    await expect(page.locator(".CodeMirror-hint").first).to_have_text("User")
    await page.keyboard.press("Escape")
    await page.evaluate("document.querySelector('.CodeMirror').CodeMirror.setValue('CREATE (n:User) RETURN n')")
    await page.click("#run")
    await expect(page.locator("#status.error")).not_to_be_empty()
    # The browser itself notes every answer that is no 200.
    assert all("422" in one for one in scene.wrong)

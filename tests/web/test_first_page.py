from datetime import timedelta

import httpx

from services.publications import PAGE_SIZE, TEXT_LIMIT
from tests.conftest import BEGINNING
from tests.web.conftest import Press
from tests.web.document import Document


async def _page(client: httpx.AsyncClient, path: str = "/", **params: str) -> Document:
    answer = await client.get(path, params=params or None)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return Document(answer.text)


async def test_an_empty_store_has_a_page_that_says_so(client: httpx.AsyncClient) -> None:
    page = await _page(client)
    assert "还没有公示的结果" in page.text
    assert page.all("dl") == []


async def test_the_newest_results_are_on_the_first_page(client: httpx.AsyncClient, press: Press) -> None:
    older = await press.publish("云帆餐饮示例有限公司")
    newer = await press.publish("青禾面馆示例店", results=("未发现问题",), at=BEGINNING + timedelta(days=1))
    page = await _page(client)
    assert [each for each in page.links() if each.startswith("/r/")] == [
        f"/r/{newer.address}",
        f"/r/{older.address}",
    ]
    for part in ("青禾面馆示例店", newer.subject_key, "未发现问题", newer.task_name, "2026年11月21日"):
        assert part in page.text


async def test_counts_stand_above_the_list(client: httpx.AsyncClient, press: Press) -> None:
    for _ in range(3):
        await press.publish(key="SAME", task="T1")
    page = await _page(client)
    words = page.text.split()
    assert words[words.index("公示结果3") :][:4] == [
        "公示结果3",
        "检查对象1",
        "抽查任务1",
        "最近公示2026年11月20日",
    ]


async def test_a_search_shows_what_it_found_and_keeps_the_text(
    client: httpx.AsyncClient, press: Press
) -> None:
    await press.publish("云帆餐饮示例有限公司")
    await press.publish("青禾面馆示例店")
    page = await _page(client, q=" 青禾 ")
    assert "找到 1 条" in page.text
    assert "青禾面馆示例店" in page.text
    assert "云帆" not in page.text
    assert [each["value"] for each in page.all("input")] == ["青禾"]


async def test_a_search_without_result_says_what_to_try(client: httpx.AsyncClient, press: Press) -> None:
    await press.publish()
    page = await _page(client, q="山那边")
    assert "没有找到名称或代码里有“山那边”的公示结果" in page.text
    assert "/" in page.links()


async def test_pages_of_a_search_lead_to_each_other(client: httpx.AsyncClient, press: Press) -> None:
    for _ in range(2 * PAGE_SIZE + 1):
        await press.publish("100% & 云帆")
    page, seen = await _page(client, q="100% &"), 0
    for number in (1, 2, 3):
        assert f"第 {number} 页，共 3 页" in page.text
        seen += sum(each.startswith("/r/") for each in page.links())
        following = [each["href"] for each in page.all("a") if each.get("rel") == "next"]
        assert len(following) == (number < 3)
        assert len([1 for each in page.all("a") if each.get("rel") == "prev"]) == (number > 1)
        if following:
            page = await _page(client, following[0])
    assert seen == 2 * PAGE_SIZE + 1


async def test_one_government_is_named_on_every_page(client: httpx.AsyncClient, press: Press) -> None:
    fields = await press.publish()
    for path in ("/", f"/r/{fields.address}"):
        page = await _page(client, path)
        assert "示例县 抽查结果公示" in page.text
        assert page.all("select") == []


async def test_of_several_governments_one_can_be_chosen(client: httpx.AsyncClient, press: Press) -> None:
    await press.government("east", "东示例县")
    await press.government("west", "西示例县")
    for _ in range(PAGE_SIZE + 1):
        await press.publish("云帆", jurisdiction="east")
    mine = await press.publish("云帆", jurisdiction="west")
    everywhere, west = await _page(client), await _page(client, j="west")
    assert {each["value"] for each in everywhere.all("option")} == {"", "east", "west"}
    assert "示例县 抽查" not in everywhere.text
    assert "西示例县 · 2026年11月20日公示" in everywhere.text
    assert [each["value"] for each in west.all("option") if "selected" in each] == ["west"]
    assert "西示例县 抽查结果公示" in west.text
    assert [each for each in west.links() if each.startswith("/r/")] == [f"/r/{mine.address}"]

    east = await _page(client, j="east", q="云帆")
    following = next(each["href"] for each in east.all("a") if each.get("rel") == "next")
    assert "西示例县" not in (await _page(client, following)).title
    assert len([each for each in (await _page(client, following)).links() if each.startswith("/r/")]) == 1

    nothing = await _page(client, j="west", q="青禾 面馆")
    elsewhere = next(each for each in nothing.links() if "q=" in each)
    assert (await client.get(elsewhere)).url.params["q"] == "青禾 面馆"
    assert "j" not in (await client.get(elsewhere)).url.params


REFUSED = [
    ("q=" + "x" * (TEXT_LIMIT + 1), 400, f"查找的文字太长了，最多 {TEXT_LIMIT} 个字"),
    ("q=" + "x" * 60_000, 400, "查找的文字太长了"),
    ("page=0", 400, "网址中有一项填得不对"),
    ("page=-1", 400, "网址中有一项填得不对"),
    ("page=two", 400, "网址中有一项填得不对"),
    ("page=", 400, "网址中有一项填得不对"),
    ("page=99999999999999999999", 400, "网址中有一项填得不对"),
    ("page=2", 404, "目前一共 1 页"),
    ("j=nowhere", 404, "没有这个地区"),
    ("j=%00", 404, "没有这个地区"),
]


async def test_what_cannot_be_searched_is_refused_in_a_sentence(client: httpx.AsyncClient) -> None:
    for query, status, sentence in REFUSED:
        answer = await client.get(f"/?{query}")
        assert answer.status_code == status, query
        assert sentence in Document(answer.text).text, query


async def test_what_is_typed_wildly_is_answered(client: httpx.AsyncClient, press: Press) -> None:
    await press.publish()
    for text in (
        "%00",
        "%ff%fe",
        "%ed%a0%80",
        "%F0%9F%8D%9C",
        "+",
        "%5B%5D%28",
        "***%3A",
        "a%0d%0ab",
        "%E2%80%AE",
    ):
        assert (await client.get(f"/?q={text}")).status_code == 200, text

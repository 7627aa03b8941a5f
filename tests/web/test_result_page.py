import hashlib
import json
import re
from datetime import date
from typing import Any

import httpx
from sqlalchemy import Engine, event

from services.publications import ALLOWED, TEXT_LIMIT
from tests.conftest import BEGINNING
from tests.web.conftest import CANARY, Press
from tests.web.document import Document

HOSTILE = [
    "<script>alert(1)</script>",
    "</title></bdi><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' autofocus onfocus='alert(1)",
    "{{ 7 * 7 }}{% include 'x' %}",
    "&lt;b&gt;&amp;",
    "]]><!--",
    "javascript:alert(1)",
    "长" * 3400,
    "🍜👨‍👩‍👧‍👦🇨🇳e\u0301",
    "云帆\u202e司公限有\u202c\u200f\u2067示例",
    "行一\n行二\t表",
]


async def test_a_result_says_everything_that_was_published(client: httpx.AsyncClient, press: Press) -> None:
    fields = await press.publish(
        results=("发现问题已责令改正", "未按规定公示应当公示的信息"),
        checked_on=date(2026, 11, 3),
        at=BEGINNING,
    )
    page = Document((await client.get(f"/r/{fields.address}")).text)
    for part in (
        fields.subject_name,
        fields.subject_key,
        fields.task_name,
        fields.task_number,
        *fields.items,
        *fields.results,
        *fields.departments,
        "2026年11月3日",
        "2026年11月20日",
        fields.fingerprint(),
        f"https://public.test/r/{fields.address}",
    ):
        assert part in page.text
    assert f"/r/{fields.address}.json" in page.links()
    assert "不一致" not in page.text


async def test_the_file_has_the_allowed_fields_and_no_others(client: httpx.AsyncClient, press: Press) -> None:
    fields = await press.publish()
    answer = await client.get(f"/r/{fields.address}.json")
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.json() == {
        "jurisdiction": "shili",
        "address": fields.address,
        "task_number": fields.task_number,
        "task_name": fields.task_name,
        "subject_name": fields.subject_name,
        "subject_key": fields.subject_key,
        "items": list(fields.items),
        "results": list(fields.results),
        "departments": list(fields.departments),
        "checked_on": "2026-11-18",
        "published_on": "2026-11-20",
    }


async def test_the_bytes_of_the_file_have_the_fingerprint_on_the_page(
    client: httpx.AsyncClient, press: Press
) -> None:
    fields = await press.publish("“云帆”餐饮<示例>有限公司")
    file = await client.get(f"/r/{fields.address}.json")
    page = Document((await client.get(f"/r/{fields.address}")).text)
    assert hashlib.sha256(file.content).hexdigest() in page.text


async def test_fields_that_were_changed_afterwards_are_shown_with_a_warning(
    client: httpx.AsyncClient, press: Press
) -> None:
    fields = await press.publish(sha256="0" * 64)
    page = Document((await client.get(f"/r/{fields.address}")).text)
    assert "本页内容与公示时留下的指纹不一致" in page.text
    assert "0" * 64 in page.text


async def test_nothing_else_of_the_store_is_on_any_page(client: httpx.AsyncClient, press: Press) -> None:
    fields = await press.publish()
    for path in ("/", f"/r/{fields.address}", f"/r/{fields.address}.json"):
        answer = await client.get(path)
        assert answer.status_code == 200
        assert CANARY not in answer.text


async def test_nothing_else_of_the_store_can_be_searched(client: httpx.AsyncClient, press: Press) -> None:
    await press.publish()
    assert "找到 0 条" in Document((await client.get("/", params={"q": CANARY})).text).text


async def test_nothing_else_of_a_publication_is_even_read(client: httpx.AsyncClient, press: Press) -> None:
    fields = await press.publish()
    asked: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", listen)
    try:
        for path in ("/?q=a", f"/r/{fields.address}", f"/r/{fields.address}.json"):
            assert (await client.get(path)).status_code == 200
    finally:
        event.remove(Engine, "before_cursor_execute", listen)
    read = {name for statement in asked for name in re.findall(r"\bpublication\.(\w+)", statement)}
    assert read - {"id"} == set(ALLOWED)
    tables = {name for statement in asked for name in re.findall(r"\b(?:FROM|JOIN) (\w+)", statement)}
    assert tables == {"publication", "jurisdiction"}


def _everywhere(text: str) -> dict[str, Any]:
    return {
        "name": text,
        "task_name": text,
        "task": text,
        "items": (text,),
        "results": (text,),
        "departments": (text,),
    }


async def test_a_hostile_name_is_text_and_nothing_else(client: httpx.AsyncClient, press: Press) -> None:
    async def shown(text: str) -> tuple[str, Document, Document]:
        await press.clear()
        fields = await press.publish(**_everywhere(text))
        result = await client.get(f"/r/{fields.address}")
        return fields.address, Document((await client.get("/")).text), Document(result.text)

    # A long name is set smaller, so it has a long model.
    models = {long: await shown("驯" * (100 if long else 1)) for long in (False, True)}
    for name in HOSTILE:
        address, *pages = await shown(name)
        for model, page, times in zip(models[len(name) > 60][1:], pages, (3, 6), strict=True):
            assert page.text.count(name) == times, name
            assert page.shape == model.shape, name
        file = await client.get(f"/r/{address}.json")
        assert json.loads(file.content)["subject_name"] == name


async def test_a_hostile_search_is_text_and_nothing_else(client: httpx.AsyncClient) -> None:
    model = Document((await client.get("/", params={"q": "驯"})).text)
    for text in HOSTILE:
        if len(text) <= TEXT_LIMIT and "\n" not in text:
            page = Document((await client.get("/", params={"q": text})).text)
            assert text in page.text
            assert [each["value"] for each in page.all("input")] == [text]
            assert page.shape == model.shape


ABSENT = [
    "result-0",
    "RESULT-1",
    "x" * 41,
    "x" * 5000,
    "%00",
    "..%2f..%2fetc",
    "a%20b",
    "%E4%BA%91",
    "'",
    ".json",
    "result-1.JSON",
    "result-1.json.json",
    "result-1%0a",
]


async def test_an_address_that_is_not_there_gets_a_friendly_page(
    client: httpx.AsyncClient, press: Press
) -> None:
    await press.publish()
    for address in ABSENT:
        answer = await client.get(f"/r/{address}")
        page = Document(answer.text)
        assert answer.status_code == 404, address
        assert "没有找到" in page.title
        assert "请核对地址" in page.text
        assert "/" in page.links()

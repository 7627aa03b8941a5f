"""What holds for every answer, whatever was asked."""

import logging
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy.engine import URL

import services.links
import services.proofs
import services.publications
import web
from bot.database import Store
from rules.errors import Refused
from templates.refusal import sentence
from tests.conftest import BEGINNING
from tests.web.conftest import Press, client_of
from tests.web.document import Document
from web.app import create

PATHS = {
    "/draws": 200,
    "/draws?page=7": 404,
    "/draws/shili/nothing": 404,
    "/draws/shili/a_b": 404,
    "/draws/shili/000000-2026-0001/bundle.json": 404,
    "/draws/shili/000000-2026-0001/1/commit.txt": 404,
    "/p/nothing": 404,
    "/p/nothing/qr": 404,
    "/": 200,
    "/?q=x": 200,
    "/?page=x": 400,
    "/?page=7": 404,
    "/r/result-1": 200,
    "/r/result-1.json": 200,
    "/r/nothing": 404,
    "/nothing": 404,
    "/static/site.css": 200,
    "/static/mark.svg": 200,
    "/static/nothing": 404,
    "/static/..%2fbase.html.j2": 404,
    "/static/": 404,
    "/robots.txt": 200,
    "/healthz": 200,
    "/docs": 404,
    "/openapi.json": 404,
    "/favicon.ico": 404,
}


def _guarded(answer: httpx.Response) -> None:
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "cache-control" in answer.headers
    assert "set-cookie" not in answer.headers


async def test_every_answer_is_guarded_and_sets_no_cookie(client: httpx.AsyncClient, press: Press) -> None:
    await press.publish()
    for path, status in PATHS.items():
        answer = await client.get(path)
        assert answer.status_code == status, path
        _guarded(answer)


async def test_no_page_names_another_host_or_a_script(client: httpx.AsyncClient, press: Press) -> None:
    await press.publish()
    for path in PATHS:
        page = Document((await client.get(path)).text)
        assert page.all("script") == []
        for _, attributes in page.elements:
            assert "style" not in attributes
            assert not any(name.startswith("on") for name in attributes)
            for name in ("href", "src", "action"):
                assert attributes.get(name, "/").startswith(("/", "https://public.test/"))
                assert not attributes.get(name, "/").startswith("//")
    style = (await client.get("/static/site.css")).text
    assert "url(" not in style
    assert "@import" not in style


async def test_what_the_visitor_has_is_not_sent_again(client: httpx.AsyncClient, press: Press) -> None:
    await press.publish()
    for path in ("/", "/r/result-1", "/r/result-1.json", "/static/site.css", "/robots.txt"):
        tag = (await client.get(path)).headers["etag"]
        for known in (tag, f'"other", W/{tag}', "*"):
            again = await client.get(path, headers={"If-None-Match": known})
            assert (again.status_code, again.content) == (304, b""), path
            assert again.headers["etag"] == tag
            _guarded(again)
        assert (await client.get(path, headers={"If-None-Match": '"other"'})).status_code == 200
    before = (await client.get("/")).headers["etag"]
    await press.publish()
    assert (await client.get("/", headers={"If-None-Match": before})).status_code == 200


async def test_pages_may_be_kept_for_a_minute_and_refusals_not_at_all(
    client: httpx.AsyncClient, press: Press
) -> None:
    await press.publish()
    for path in ("/", "/r/result-1", "/r/result-1.json"):
        assert (await client.get(path)).headers["cache-control"] == "public, max-age=60"
    for path in ("/r/nothing", "/nothing", "/?page=x", "/healthz"):
        assert (await client.get(path)).headers["cache-control"] == "no-store"


async def test_the_head_of_an_answer_can_be_asked_for(client: httpx.AsyncClient, press: Press) -> None:
    await press.publish()
    for path, status in PATHS.items():
        assert (await client.head(path)).status_code == status, path


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_nothing_can_be_sent(client: httpx.AsyncClient, method: str) -> None:
    for path in ("/", "/r/result-1", "/healthz"):
        answer = await client.request(method, path)
        assert answer.status_code == 405
        assert answer.headers["allow"] == "GET, HEAD"
        assert "只能查看" in Document(answer.text).text
        _guarded(answer)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_types_of_the_static_files_are_right(client: httpx.AsyncClient) -> None:
    assert (await client.get("/static/site.css")).headers["content-type"].startswith("text/css")
    assert (await client.get("/static/mark.svg")).headers["content-type"] == "image/svg+xml"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_search_engines_may_read_the_front_page_only(client: httpx.AsyncClient) -> None:
    assert (await client.get("/robots.txt")).text == "User-agent: *\nDisallow: /r/\nDisallow: /*?\n"


async def test_a_store_that_answers_is_healthy(client: httpx.AsyncClient) -> None:
    answer = await client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


@pytest.fixture
async def broken(database_url: URL, tmp_path: Path) -> AsyncIterator[Store]:
    """A store without its tables, or without its database."""
    if database_url.get_backend_name() == "sqlite":
        database_url = database_url.set(database=str(tmp_path / "empty.sqlite3"))
    else:
        database_url = database_url.set(database="not_there")
    store = Store(database_url, lambda: BEGINNING)
    yield store
    await store.close()


async def test_a_store_that_does_not_answer_is_said_to_be_unavailable(
    broken: Store, caplog: pytest.LogCaptureFixture
) -> None:
    async with client_of(create(broken, public_url="")) as client:
        with caplog.at_level(logging.WARNING):
            health = await client.get("/healthz")
        assert (health.status_code, health.text) == (503, "unavailable\n")
        assert "the store does not answer" in caplog.text
        _guarded(health)
        page = await client.get("/")
    assert page.status_code == 500
    assert "公示的内容没有丢失" in Document(page.text).text
    _guarded(page)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_under_a_folder_every_link_begins_with_it(store: Store, press: Press) -> None:
    """The proxy takes the folder off the path."""
    fields = await press.publish()
    async with client_of(create(store, public_url="https://public.test/ssj/jieguo/")) as client:
        for path in ("/", "/?q=x", f"/r/{fields.address}", "/nothing"):
            page = Document((await client.get(path)).text)
            for _, attributes in page.elements:
                for name in ("href", "src", "action"):
                    target = attributes.get(name)
                    if target is None:
                        continue
                    inner = target.removeprefix("https://public.test").removeprefix("/ssj/jieguo")
                    assert inner.startswith("/")
                    assert inner != target
                    assert (await client.get(inner)).status_code == 200, target


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_without_a_public_address_no_page_makes_one_up(store: Store, press: Press) -> None:
    fields = await press.publish()
    async with client_of(create(store, public_url="")) as client:
        for path in ("/", f"/r/{fields.address}"):
            body = (await client.get(path, headers={"Host": "evil.test"})).text
            assert "http" not in body
            assert "evil" not in body


@pytest.mark.parametrize(
    "address", ["public.test", "ftp://public.test", "https://", "https://public.test/?a=b"]
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_public_address_that_is_none_is_refused(store: Store, address: str) -> None:
    with pytest.raises(ValueError, match="not the address of a web page"):
        create(store, public_url=address)


def test_every_refusal_has_its_sentence_and_no_sentence_is_left_over() -> None:
    nouns = (services.publications, services.proofs, services.links)
    files = [*Path(web.__file__).parent.glob("*.py"), *(Path(str(noun.__file__)) for noun in nouns)]
    raised = {
        code for file in files for code in re.findall(r'"(page\.\w+)"', file.read_text(encoding="utf-8"))
    }
    details = {"pages": 3, "limit": 50, "first": 2004, "last": 2027}
    for code in raised:
        assert sentence(Refused(code, **details)).endswith("。")
    file = Path(__file__).parents[2] / "templates" / "refusals" / "page.toml"
    kept = set(re.findall(r"^(\w+) =", file.read_text(encoding="utf-8"), re.MULTILINE))
    assert {f"page.{key}" for key in kept} == raised

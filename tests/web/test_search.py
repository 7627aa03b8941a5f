import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.database import Store
from rules.errors import Refused
from services import publications
from services.publications import PAGE_SIZE, TEXT_LIMIT, Counts, Government, Published
from tests.conftest import BEGINNING
from tests.web.conftest import Press

NOODLES = "青禾面馆示例店"
TRADE = "ＡＢＣ（示例）贸易有限公司"
JUICE = "100%鲜果_示例铺"
HORIZON = "Blue Horizon Demo Co. (Shili)"
CODES = {
    NOODLES: "DEMO0000MA1234567X",
    TRADE: "410900000000123",
    JUICE: "DEMO0000MB7654321Y",
    HORIZON: "XM-2026-001",
}


CASES: list[tuple[str, set[str]]] = [
    ("面馆", {NOODLES}),
    ("示例店 青禾", {NOODLES}),
    ("青禾\u3000示例店", {NOODLES}),
    ("店青", set()),
    ("青禾 贸易", set()),
    ("demo0000ma", {NOODLES}),
    ("ＤＥＭＯ００００", {NOODLES, JUICE}),
    ("DEMO0000 MA12 3456 7X", {NOODLES}),
    ("4109000000", {TRADE}),
    ("410900000000123", {TRADE}),
    ("xm-2026", {HORIZON}),
    ("abc(示例)", {TRADE}),
    ("ａｂｃ（示例）", {TRADE}),
    ("(示例）", {TRADE}),
    ("blue HORIZON", {HORIZON}),
    ("ＢＬＵＥ", {HORIZON}),
    ("（shili）", {HORIZON}),
    ("%", {JUICE}),
    ("％", {JUICE}),
    ("_", {JUICE}),
    ("0%鲜", {JUICE}),
    ("1%0", set()),
    ("青_馆", set()),
    ("青%馆", set()),
    ("/", set()),
    ("\\", set()),
    ("'", set()),
    ("' OR 1=1 --", set()),
    ("\u200b青禾\u202e面馆\ufeff", {NOODLES}),
    ("青禾\x00", {NOODLES}),
    ("\t青禾\n", {NOODLES}),
    ("\u200b", {NOODLES, TRADE, JUICE, HORIZON}),
    ("   ", {NOODLES, TRADE, JUICE, HORIZON}),
    ("", {NOODLES, TRADE, JUICE, HORIZON}),
    ("x" * TEXT_LIMIT, set()),
]


async def test_every_word_is_a_part_of_the_name_or_of_the_code(store: Store, press: Press) -> None:
    for name, key in CODES.items():
        await press.publish(name, key=key)
    async with store.reading() as session:
        for text, expected in CASES:
            found = await publications.search(session, text=text)
            assert {each.fields.subject_name for each in found.exhibits} == expected, text
            assert found.total == len(expected), text


async def test_every_part_of_a_name_finds_it_in_either_width_and_case(store: Store, press: Press) -> None:
    name = "Ａb（%_）示９"
    await press.publish(name)
    wide = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
    narrow = {twin: code for code, twin in wide.items()}
    async with store.reading() as session:
        for start in range(len(name)):
            for end in range(start + 1, len(name) + 1):
                part = name[start:end]
                for text in (part, part.translate(wide).upper(), part.translate(narrow).lower()):
                    assert (await publications.search(session, text=text)).total == 1, text


async def test_the_longest_text_of_different_characters_is_answered(store: Store, press: Press) -> None:
    text = "".join(chr(code) for code in range(0x41, 0x41 + TEXT_LIMIT))
    await press.publish(text)
    async with store.reading() as session:
        assert (await publications.search(session, text=text)).total == 1
        assert (await publications.search(session, text=" ".join(text[: TEXT_LIMIT // 2]))).total == 1


async def test_a_longer_text_is_refused(store: Store) -> None:
    async with store.reading() as session:
        with pytest.raises(Refused, match=r"page\.text_long"):
            await publications.search(session, text="长" * (TEXT_LIMIT + 1))


async def test_the_newest_come_first_and_each_is_on_one_page(store: Store, press: Press) -> None:
    # Three at each moment: what was published together must not be shown twice or never.
    published = [
        (await press.publish(at=BEGINNING + timedelta(hours=number // 3))).address
        for number in range(2 * PAGE_SIZE + 5)
    ]
    async with store.reading() as session:
        pages = [await publications.search(session, page=number) for number in (1, 2, 3)]
    assert [len(each.exhibits) for each in pages] == [PAGE_SIZE, PAGE_SIZE, 5]
    assert [each.fields.address for page in pages for each in page.exhibits] == published[::-1]
    assert {(each.total, each.pages) for each in pages} == {(2 * PAGE_SIZE + 5, 3)}


async def test_a_full_page_is_not_followed_by_an_empty_one(store: Store, press: Press) -> None:
    for _ in range(PAGE_SIZE):
        await press.publish()
    async with store.reading() as session:
        assert (await publications.search(session)).pages == 1
        with pytest.raises(Refused, match=r"page\.beyond"):
            await publications.search(session, page=2)


async def test_an_empty_store_has_one_empty_page(store: Store) -> None:
    async with store.reading() as session:
        found = await publications.search(session)
        assert (found.exhibits, found.total, found.page, found.pages) == ((), 0, 1, 1)
        assert await publications.counts(session) == Counts(0, 0, 0, None)
        assert await publications.governments(session) == []
        for page in (0, -1, 2):
            with pytest.raises(Refused, match=r"page\.beyond"):
                await publications.search(session, page=page)


async def test_a_jurisdiction_sees_its_own(store: Store, press: Press) -> None:
    await press.government("east", "东示例县")
    await press.government("west", "西示例县")
    mine = await press.publish(jurisdiction="east")
    await press.publish(jurisdiction="west")
    async with store.reading() as session:
        found = await publications.search(session, jurisdiction="east")
        everywhere = await publications.search(session)
        governments = await publications.governments(session)
    assert [each.fields for each in found.exhibits] == [mine]
    assert everywhere.total == 2
    assert {Government("east", "东示例县"), Government("west", "西示例县")} == set(governments)


async def test_counts_are_of_results_subjects_and_tasks(store: Store, press: Press) -> None:
    await press.government("east", "东示例县")
    await press.government("west", "西示例县")
    await press.publish(key="K1", task="T1", jurisdiction="east")
    await press.publish(key="K1", task="T2", jurisdiction="east", at=BEGINNING + timedelta(days=3))
    await press.publish(key="K2", task="T2", jurisdiction="east")
    # The same number in another jurisdiction's books is another subject, another task.
    await press.publish(key="K1", task="T1", jurisdiction="west", at=BEGINNING + timedelta(days=5))
    async with store.reading() as session:
        assert await publications.counts(session, "east") == Counts(3, 2, 2, date(2026, 11, 23))
        assert await publications.counts(session) == Counts(4, 3, 3, date(2026, 11, 25))


async def test_the_day_of_publication_is_chinas(store: Store, press: Press) -> None:
    before, after = BEGINNING.replace(hour=15, minute=59), BEGINNING.replace(hour=16, minute=0)
    await press.publish(at=before)
    await press.publish(at=after)
    async with store.reading() as session:
        found = await publications.search(session)
    assert [each.fields.published_on for each in found.exhibits] == [date(2026, 11, 21), date(2026, 11, 20)]


async def test_what_is_read_back_is_what_was_published(store: Store, press: Press) -> None:
    fields = await press.publish()
    async with store.reading() as session:
        exhibit = await publications.by_address(session, fields.address)
        assert await publications.by_address(session, "result-0") is None
        assert await publications.by_address(session, fields.address.upper()) is None
    assert exhibit is not None
    assert exhibit.fields == fields
    assert exhibit.intact


_words = st.text(st.characters(exclude_categories=["Cs"]))
_lists = st.lists(_words, max_size=3).map(tuple)
_published = st.builds(
    Published,
    jurisdiction=_words,
    address=_words,
    task_number=_words,
    task_name=_words,
    subject_name=_words,
    subject_key=_words,
    items=_lists,
    results=_lists,
    departments=_lists,
    checked_on=st.dates(),
    published_on=st.dates(),
)


@given(_published)
def test_the_canonical_form_says_every_field_and_nothing_else(fields: Published) -> None:
    assert json.loads(fields.canonical()) == {
        "jurisdiction": fields.jurisdiction,
        "address": fields.address,
        "task_number": fields.task_number,
        "task_name": fields.task_name,
        "subject_name": fields.subject_name,
        "subject_key": fields.subject_key,
        "items": list(fields.items),
        "results": list(fields.results),
        "departments": list(fields.departments),
        "checked_on": str(fields.checked_on),
        "published_on": str(fields.published_on),
    }


@given(_published, _published)
def test_the_fingerprint_is_the_same_for_the_same_fields_only(one: Published, other: Published) -> None:
    assert (one.fingerprint() == other.fingerprint()) is (one == other)


def test_the_canonical_form_stays_as_it_is() -> None:
    """Fingerprints already published depend on these very bytes."""
    fields = Published(
        jurisdiction="shili",
        address="a-1",
        task_number="示市监抽查〔2026〕1号",
        task_name="餐饮抽查",
        subject_name='云帆"示例"店',
        subject_key="DEMO1",
        items=("食品", "消防"),
        results=("未发现问题",),
        departments=("市场监管局",),
        checked_on=date(2026, 11, 18),
        published_on=date(2026, 11, 20),
    )
    assert fields.canonical().decode() == (
        '{"address":"a-1","checked_on":"2026-11-18","departments":["市场监管局"],"items":["食品","消防"],'
        '"jurisdiction":"shili","published_on":"2026-11-20","results":["未发现问题"],"subject_key":"DEMO1",'
        '"subject_name":"云帆\\"示例\\"店","task_name":"餐饮抽查","task_number":"示市监抽查〔2026〕1号"}'
    )

"""A list in pieces is the list: whoever does them, in whatever order, the draw is the same, byte for byte."""

from collections.abc import Callable, Iterable
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.draw import manifest as lists
from rules.draw import piece, sealing, selection
from rules.draw.manifest import Manifest, freeze, read
from rules.draw.piece import Found, Given, columns, cuts, pieces
from rules.draw.sealing import seal
from rules.draw.selection import Pick, Picks, Selection, likely, select
from rules.errors import Refused
from tests.rules.draw import independent
from tests.rules.draw.ceremony import seeded

E = seeded("entropy")
SECRET = seeded("secret")

ids = st.text("0189AZ", min_size=1, max_size=4) | st.text("1晋豫", min_size=1, max_size=2)
rows = st.dictionaries(ids, st.sampled_from(["A", "B", "餐饮", "-year"]), max_size=40)
sizes = st.sampled_from([1, 2, 4, 8, 64])


def backwards(work: Callable[[Given], Found], given_: Iterable[Given], /) -> Iterable[Found]:
    """Somebody who does the last piece first."""
    return reversed([work(one) for one in reversed(list(given_))])


class lines:  # noqa: N801  (used as a word: with lines(4))
    """Pieces of another length."""

    def __init__(self, number: int) -> None:
        self._patches = [patch.object(module, "LINES", number) for module in (piece, lists, sealing)]

    def __enter__(self) -> None:
        for one in self._patches:
            one.start()

    def __exit__(self, *_: object) -> None:
        for one in self._patches:
            one.stop()


def naive(
    given_: dict[str, str], quotas: dict[str, int], substitutes: int
) -> tuple[bytes, bytes, list[tuple[str, list[Pick], list[Pick]]]]:
    """Blinds, root and picks as the page of the protocol has them."""
    names = sorted(given_, key=str.encode)
    v = {name: independent.v(SECRET, name) for name in names}
    leaves = [
        independent.h(b"\x00" + v[name] + given_[name].encode() + b"\n" + name.encode()) for name in names
    ]
    drawn = []
    for stratum in sorted(quotas, key=str.encode):
        order = sorted(
            (Pick(name, independent.h(E + v[name])) for name in names if given_[name] == stratum),
            key=lambda pick: pick.ticket,
        )
        quota = quotas[stratum]
        drawn.append((stratum, order[:quota], order[quota : quota + substitutes]))
    return b"".join(v.values()), independent.root(leaves), drawn


@given(rows, sizes, st.integers(0, 3), st.data())
def test_a_draw_in_pieces_is_the_draw_of_the_protocol(
    given_: dict[str, str], size: int, substitutes: int, data: st.DataObject
) -> None:
    counts = freeze(given_.items()).counts
    quotas = {
        name: data.draw(st.integers(0, count)) for name, count in counts.items() if not name.startswith("-")
    }
    blinds, root, drawn = naive(given_, quotas, substitutes)
    with lines(size):
        frozen = freeze(given_.items())
        for spread in (map, backwards):
            manifest = read(frozen.text, spread=spread)
            assert manifest == frozen
            sealed = seal(manifest, SECRET, spread)
            assert (sealed.blinds, sealed.root) == (blinds, root)
            found = select(sealed, E, quotas, substitutes, spread)
            assert [(one.stratum, list(one.selected), list(one.substitutes)) for one in found] == drawn


@given(rows, st.data())
def test_a_limit_that_was_too_low_changes_nothing(given_: dict[str, str], data: st.DataObject) -> None:
    sealed = seal(freeze(given_.items()), SECRET)
    counts = sealed.manifest.counts
    quotas = {
        name: data.draw(st.integers(0, count)) for name, count in counts.items() if not name.startswith("-")
    }
    limit = data.draw(st.binary(min_size=1, max_size=2))
    with patch.object(selection, "likely", lambda keep, _: limit if keep else b""):
        assert select(sealed, E, quotas, 2) == select_all(sealed, quotas, 2)


def select_all(sealed: sealing.Sealed, quotas: dict[str, int], substitutes: int) -> tuple[Selection, ...]:
    """Without a limit."""
    with patch.object(selection, "likely", lambda *_: b"\xff" * 33):
        return select(sealed, E, quotas, substitutes)


@pytest.mark.parametrize(("keep", "count"), [(1, 10**6), (100, 10**6), (20_000, 10**6), (500, 1_000)])
def test_the_likely_limit_lets_through_more_than_are_needed_and_not_many_more(keep: int, count: int) -> None:
    share = int.from_bytes(likely(keep, count)) * count / 2**256
    assert keep + 6 * keep**0.5 <= share + 7
    assert share <= keep + 6 * keep**0.5 + 17


def test_a_limit_is_not_put_where_nearly_everybody_is_needed_nor_where_nobody_is() -> None:
    assert likely(90, 100) > b"\xff" * 32
    assert likely(0, 100) == b""


def test_few_candidates_of_a_big_list_come_back_from_a_piece() -> None:
    """What makes the limit worth it: of twenty thousand of which ten are drawn, about fifty are looked at twice."""
    manifest = freeze((f"{number:05d}", "A") for number in range(20_000))
    sealed = seal(manifest, SECRET)
    limits = {b"A": likely(10, 20_000)}
    kept = sum(len(selection.entries_of_piece(E, limits, one)[b"A"]) for one in sealed.pieces())
    assert 10 <= kept < 100


@given(st.lists(st.binary(max_size=90).map(lambda line: line.replace(b"\n", b""))), sizes, st.booleans())
def test_every_piece_has_its_number_of_lines(texts: list[bytes], size: int, whole: bool) -> None:
    text = b"\n".join(texts) + (b"\n" if whole else b"")
    with lines(size):
        parts = list(pieces(text, cuts(text)))
    assert b"".join(parts) == text
    assert all(part.count(b"\n") == size and part.endswith(b"\n") for part in parts[:-1])
    assert all(len(part) > 0 and part.count(b"\n") <= size for part in parts[-1:])


@given(st.lists(st.tuples(st.binary(max_size=4), st.binary(max_size=4))))
def test_columns_are_what_stands_around_the_tab(cells: list[tuple[bytes, bytes]]) -> None:
    text = b"".join(b"%b\t%b\n" % pair for pair in cells)
    clean = all(not set(b"\t\n") & {*one, *other} for one, other in cells)
    if clean and cells:
        assert columns(text) == ([one for one, _ in cells], [other for _, other in cells])


@pytest.mark.parametrize("text", [b"", b"A", b"A\tB", b"A\n", b"A\tB\tC\n", b"A\nB\tC\tD\n", b"A\tB\n\n"])
def test_lines_without_one_tab_have_no_columns(text: bytes) -> None:
    assert columns(text) is None
    if text:
        with pytest.raises(ValueError, match="TAB"):
            sealing.rows(text)


@given(rows.filter(lambda rows: len(rows) > 1), sizes, st.data())
def test_what_is_wrong_is_named_by_its_line_wherever_the_pieces_end(
    given_: dict[str, str], size: int, data: st.DataObject
) -> None:
    whole = freeze(given_.items()).text.splitlines(keepends=True)
    at = data.draw(st.integers(1, len(whole) - 1))
    spoilt = data.draw(
        st.sampled_from(
            [
                whole[at - 1],
                whole[at].replace(b"\t", b""),
                whole[at].replace(b"\t", b"\t\t"),
                b"a\tA\n",
                b"\tA\n",
                b"\xff\tA\n",
                b"\n",
            ]
        )
    )
    text = b"".join([*whole[:at], spoilt, *whole[at + 1 :]])
    with lines(size), pytest.raises(Refused) as refused:
        read(text)
    assert refused.value.code == "draw.manifest_line"
    assert refused.value.details == {"line": at + 1}


def test_picks_are_a_sequence_like_any() -> None:
    entries = [bytes([number]) * 32 + f"豫{number}".encode() for number in range(5)]
    picks = Picks(entries)
    plain = tuple(Pick(f"豫{number}", bytes([number]) * 32) for number in range(5))
    assert tuple(picks) == plain
    assert picks == plain
    assert picks == Picks(entries)
    assert picks != plain[:4]
    assert picks != 5
    assert picks[1:3] == plain[1:3]
    assert picks[-1] == plain[-1]
    assert repr(picks) == repr(plain)
    assert hash(picks) == hash(Picks(entries))
    assert Selection("A", picks, ()) == Selection("A", plain, ())


def test_a_manifest_of_one_text_is_one_manifest() -> None:
    frozen = freeze([("A1", "A"), ("B1", "B")])
    assert frozen == Manifest(frozen.kind, frozen.text, frozen.counts, frozen.cuts)
    assert frozen.cuts == (len(frozen.text),)

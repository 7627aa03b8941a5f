"""Our draws, recomputed by a program that shares no line with ours."""

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.draw.identity import Kind, subject_id
from rules.draw.manifest import freeze
from rules.draw.team import Place, Visit
from rules.draw.verification import verify
from rules.errors import Refused
from tests.rules.draw import independent
from tests.rules.draw.ceremony import hold, inspectors, send, subjects


def canonical(text: str) -> str:
    try:
        return subject_id(text)
    except Refused:
        return ""


ids = st.text("0189azAZ é晋鲁豫ǆß\U00020000\u3000", min_size=1, max_size=8).map(canonical).filter(bool)
lists = st.dictionaries(ids, st.sampled_from(["A", "B", "U", "餐饮", "-year", "-status"]), max_size=40)
spoken = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20).filter(str.strip)


@settings(max_examples=60)
@given(lists, st.dictionaries(st.sampled_from(["w1", "w2", "王"]), spoken), st.text(), st.data())
def test_another_program_draws_the_same(
    rows: dict[str, str], witnesses: dict[str, str], seed: str, data: st.DataObject
) -> None:
    manifest = freeze(rows.items())
    quotas = {
        stratum: data.draw(st.integers(0, count))
        for stratum, count in manifest.counts.items()
        if not stratum.startswith("-")
    }
    seed = seed.encode("utf-8", "replace").decode()
    bundle = independent.through_json(hold(manifest, quotas, seed=seed, witnesses=witnesses).bundle())
    assert independent.holds(bundle)
    assert verify(bundle).ok


names = st.integers(0, 12).map("insp:{:02d}".format)
places = st.builds(Place, st.none() | st.sampled_from(["sg", "xf"]), st.none() | st.just("食品"))
wishes = st.lists(
    st.builds(
        Visit,
        subject=st.integers(0, 30).map("91{:02d}".format),
        ticket=st.binary(min_size=32, max_size=32),
        places=st.lists(places, max_size=3).map(tuple),
        recused=st.frozensets(names, max_size=4),
    ),
    unique_by=(lambda visit: visit.subject, lambda visit: visit.ticket),
    max_size=6,
).map(tuple)


@settings(max_examples=60)
@given(
    st.dictionaries(names, st.sampled_from(["sg", "xf", "-expert", "-certificate"]), max_size=10),
    wishes,
    st.dictionaries(names, st.just(frozenset({"食品"}))),
    st.dictionaries(names, st.integers(0, 3)),
    st.integers(0, 1000),
)
def test_another_program_sends_the_same(
    rows: dict[str, str],
    wanted: tuple[Visit, ...],
    expertise: dict[str, frozenset[str]],
    loads: dict[str, int],
    seed: int,
) -> None:
    sent = send(
        freeze(rows.items(), Kind.INSPECTORS), wanted, expertise=expertise, loads=loads, seed=str(seed)
    )
    bundle = independent.through_json(sent.bundle())
    assert independent.holds(bundle)
    assert independent.visits(bundle) == bundle["visits"]
    assert verify(bundle).ok


def test_the_other_program_can_say_no() -> None:
    for bundle in (independent.through_json(subjects().bundle()), independent.through_json(inspectors())):
        assert independent.holds(bundle)
        first = next(rows for rows in bundle["selected"].values() if len(rows) > 1)
        first.reverse()
        assert not independent.holds(bundle)

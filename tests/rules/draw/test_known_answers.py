"""One tiny draw, every value of it worked out here by hand, step by step as the page of the protocol has them."""

import hashlib

from rules.draw.bundle import bundle
from rules.draw.commitment import Commit, commit_text, sha256_of
from rules.draw.entropy import close, contribution, entropy_text
from rules.draw.identity import Kind
from rules.draw.manifest import freeze
from rules.draw.merkle import fold
from rules.draw.plan import plan_text
from rules.draw.sealing import blind, leaf, pads, seal
from rules.draw.selection import select, ticket
from rules.draw.verification import verify


def h(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


SECRET = bytes(range(32))
IDS = ("91000000MA00000001", "91000000MA00000002", "91000000MA00000003", "91000000MA00000004", "豫X-7")
STRATA = ("A", "A", "-year", "A", "餐饮")
LIST = list(zip(IDS, STRATA, strict=True))

# HMAC-SHA256 by its definition (RFC 2104): the key filled to a block, xored with 0x36 and 0x5c.
INNER = bytes(byte ^ 0x36 for byte in SECRET) + b"\x36" * 32
OUTER = bytes(byte ^ 0x5C for byte in SECRET) + b"\x5c" * 32
V = [h(OUTER + h(INNER + name.encode()))[:16] for name in IDS]

L1 = h(b"\x00" + V[0] + b"A\n91000000MA00000001")
L2 = h(b"\x00" + V[1] + b"A\n91000000MA00000002")
L3 = h(b"\x00" + V[2] + b"-year\n91000000MA00000003")
L4 = h(b"\x00" + V[3] + b"A\n91000000MA00000004")
L5 = h(b"\x00" + V[4] + "餐饮\n豫X-7".encode())
N12 = h(b"\x01" + L1 + L2)
N34 = h(b"\x01" + L3 + L4)
N1234 = h(b"\x01" + N12 + N34)
ROOT = h(b"\x01" + N1234 + L5)  # five split at four; the fifth goes up alone

PLAN = '{"line":"2026-07"}\n'
COMMIT = (
    "ssj-draw/1\n"
    "draw: 410928-2026-0001\n"
    "attempt: 1\n"
    f"plan_sha256: {h(PLAN.encode()).hex()}\n"
    f"manifest_root: {ROOT.hex()}\n"
    "counts: -year=1,A=3,餐饮=1\n"
    "quotas: A=2,餐饮=1\n"
    f"server_secret_sha256: {h(SECRET).hex()}\n"
    "beacon: -\n"
    "witnesses: w1,w2\n"
)
C = h(COMMIT.encode())
ENTROPY = (
    "ssj-entropy/1\n"
    f"commit: {C.hex()}\n"
    "witness: w1 36203320362032\n"  # «6 3 6 2»
    "witness: w2 e4bb8ae5a4a9e4b88be99ba8\n"  # «今天下雨»
    "beacon: -\n"
)
E = h(ENTROPY.encode())
TICKETS = {name: h(E + v) for name, v in zip(IDS, V, strict=True)}
ORDER = sorted((IDS[0], IDS[1], IDS[3]), key=TICKETS.__getitem__)
QUOTAS = {"A": 2, "餐饮": 1}


def test_the_values_worked_out_here_have_not_moved() -> None:
    """As ``openssl dgst`` printed them; whoever changes a byte of the protocol meets them first."""
    assert V[0].hex() == "44bc5efa26e2d9c7b8e884192b29ebc9"
    assert V[4].hex() == "a54cdcc1572f8513d02a9626464f4ac7"
    assert L5.hex() == "6286c32975a8fa2043a1b1edaeb2653cfb2be4818f582aa01a3035f442d13a5a"
    assert ROOT.hex() == "1fd0b4070fdee34c76e0711623cdf3b6f694bb1abb0c6252afbda758b0804dea"
    assert C.hex() == "c422b66cc77ea3802d636935319d53ed5cd7504adc1b68eb129048e70bcdba60"
    assert E.hex() == "bc73119e4462e1266cc7dc6fc2a4658dbd3ec2e4ef31dfb926b1a91f6ab22842"
    assert TICKETS[IDS[0]].hex() == "618700d5000a89f997b23fb75c9387ed3aace78a6c7418b1230bb4156fa85681"
    assert ORDER == ["91000000MA00000001", "91000000MA00000002", "91000000MA00000004"]


def test_blinds_leaves_and_root() -> None:
    manifest = freeze(reversed(LIST))
    sealed = seal(manifest, SECRET)
    keys = pads(SECRET)
    assert (keys.inner, keys.outer) == (INNER, OUTER)
    assert [blind(name, keys) for name in IDS] == V
    assert sealed.blinds == b"".join(V)
    assert [leaf(name, stratum, v) for (name, stratum), v in zip(LIST, V, strict=True)] == [
        L1,
        L2,
        L3,
        L4,
        L5,
    ]
    assert list(sealed.leaves()) == [L1, L2, L3, L4, L5]
    assert fold([L1, L2, L3, L4]) == N1234
    assert sealed.root == ROOT


def test_commitment_and_entropy() -> None:
    assert plan_text({"line": "2026-07"}) == PLAN
    committed = commit_text(
        Commit(
            draw="410928-2026-0001",
            attempt=1,
            plan_sha256=sha256_of(PLAN),
            manifest_root=ROOT.hex(),
            counts={"-year": 1, "A": 3, "餐饮": 1},
            quotas=QUOTAS,
            server_secret_sha256=h(SECRET).hex(),
            beacon=None,
            witnesses=("w1", "w2"),
        )
    )
    assert committed == COMMIT
    given = {"w2": contribution("今天下雨"), "w1": contribution("6 3 6 2")}
    assert entropy_text(close(committed, given)) == ENTROPY


def test_tickets_and_those_drawn() -> None:
    assert [ticket(E, v) for v in V] == list(TICKETS.values())
    one, other = select(seal(freeze(LIST), SECRET), E, QUOTAS, 1)
    assert [pick.id for pick in one.selected] == ORDER[:2]
    assert [pick.id for pick in one.substitutes] == ORDER[2:]
    assert [pick.ticket for pick in one.selected] == [TICKETS[name] for name in ORDER[:2]]
    assert one.cutoff == TICKETS[ORDER[1]]
    assert [pick.id for pick in other.selected] == ["豫X-7"]
    assert not other.substitutes


def test_the_bundle_holds_exactly_these_values() -> None:
    manifest = freeze(LIST)
    selections = select(seal(manifest, SECRET), E, QUOTAS, 1)
    made = bundle(
        committed=COMMIT,
        entropy=ENTROPY,
        secret=SECRET,
        manifest=manifest,
        selections=selections,
        plan=PLAN,
    )
    assert made == {
        "protocol": "ssj-draw/1",
        "kind": str(Kind.SUBJECTS),
        "commit_text": COMMIT,
        "commit_sha256": C.hex(),
        "entropy_text": ENTROPY,
        "entropy_sha256": E.hex(),
        "server_secret": "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
        "candidates": [[name, stratum] for name, stratum in LIST],
        "selected": {
            "A": [[name, TICKETS[name].hex()] for name in ORDER[:2]],
            "餐饮": [["豫X-7", TICKETS["豫X-7"].hex()]],
        },
        "substitutes": {"A": [[ORDER[2], TICKETS[ORDER[2]].hex()]], "餐饮": []},
        "plan_text": PLAN,
    }
    assert verify(made).ok

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.draw import merkle
from tests.rules.draw import independent

# The leaves and roots that implementations of RFC 6962 are tested with, from none to eight.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def leaves(number: int) -> list[bytes]:
    return [hashlib.sha256(str(index).encode()).digest() for index in range(number)]


@pytest.mark.parametrize("size", range(9))
def test_the_root_is_that_of_rfc_6962(size: int) -> None:
    hashed = [hashlib.sha256(b"\x00" + bytes.fromhex(leaf)).digest() for leaf in LEAVES[:size]]
    assert merkle.fold(hashed).hex() == ROOTS[size]


@given(st.integers(0, 300))
def test_pairing_level_by_level_is_the_recursion_of_the_rfc(size: int) -> None:
    assert merkle.fold(leaves(size)) == independent.root(leaves(size))


@pytest.mark.parametrize("size", [4095, 4096, 4097, 8192, 8193, 12_300])
def test_a_stream_of_leaves_has_the_root_of_the_list(size: int) -> None:
    assert merkle.root(iter(leaves(size))) == independent.root(leaves(size))


@pytest.mark.parametrize("size", range(1, 35))
def test_every_leaf_has_a_path_to_the_root_and_to_no_other(size: int) -> None:
    hashed = leaves(size)
    tree = merkle.Tree(hashed)
    root = merkle.fold(hashed)
    for index, leaf in enumerate(hashed):
        path = tree.path(index)
        assert merkle.climb(leaf, index, size, path) == root
        assert merkle.climb(hashlib.sha256(leaf).digest(), index, size, path) != root
        assert merkle.climb(leaf, (index + 1) % size, size, path) != root or size == 1
        assert merkle.climb(leaf, index, size, (*path, leaf)) is None
        if path:
            assert merkle.climb(leaf, index, size, path[:-1]) is None
            assert merkle.climb(leaf, index, size, (path[0][::-1], *path[1:])) != root


@pytest.mark.parametrize("index", [-1, 3])
def test_there_is_no_path_from_outside_the_list(index: int) -> None:
    hashed = leaves(3)
    with pytest.raises(IndexError):
        merkle.Tree(hashed).path(index)
    assert merkle.climb(hashed[0], index, 3, ()) is None


def test_a_sibling_of_another_length_is_no_path() -> None:
    assert merkle.climb(leaves(2)[0], 0, 2, [b"short"]) is None


def test_an_empty_list_has_no_leaf_and_the_empty_root() -> None:
    with pytest.raises(IndexError):
        merkle.Tree([]).path(0)
    assert merkle.root([]).hex() == ROOTS[0]

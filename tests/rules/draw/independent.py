"""The protocol read a second time, straight from its page: slow, plain, and without a line of ours."""

import hashlib
import hmac
import json
import unicodedata
from typing import Any


def h(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def v(secret: bytes, name: str) -> bytes:
    return hmac.new(secret, name.encode(), "sha256").digest()[:16]


def root(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, as it is written there."""
    n = len(leaves)
    if n == 0:
        return h(b"")
    if n == 1:
        return leaves[0]
    k = 1
    while k * 2 < n:
        k *= 2
    return h(b"\x01" + root(leaves[:k]) + root(leaves[k:]))


def fields(text: str) -> dict[str, str]:
    assert text.endswith("\n")
    return dict(line.split(": ", 1) for line in text[:-1].split("\n")[1:])


def amounts(value: str) -> dict[str, int]:
    return {name: int(number) for name, number in (pair.split("=") for pair in value.split(",") if pair)}


def holds(bundle: dict[str, Any]) -> bool:
    """Whether a bundle is the draw that its texts commit to."""
    commit_text, entropy_text = bundle["commit_text"], bundle["entropy_text"]
    commit = fields(commit_text)
    entropy_lines = entropy_text[:-1].split("\n")
    secret = bytes.fromhex(bundle["server_secret"])
    candidates = [(name, stratum) for name, stratum in bundle["candidates"]]
    names = [name for name, _ in candidates]
    kind = bundle.get("kind", "subjects")
    bare = [name.removeprefix("insp:") if kind == "inspectors" else name for name in names]
    e = h(entropy_text.encode())
    counts: dict[str, int] = {}
    for _, stratum in candidates:
        counts[stratum] = counts.get(stratum, 0) + 1
    tickets = {name: h(e + v(secret, name)) for name in names}
    selected = {
        stratum: [
            [name, tickets[name].hex()]
            for name in sorted((n for n, s in candidates if s == stratum), key=lambda n: tickets[n])[:quota]
        ]
        for stratum, quota in amounts(commit["quotas"]).items()
    }
    witnesses = [line.split(" ")[1] for line in entropy_lines if line.startswith("witness: ")]
    leaves = [
        h(b"\x00" + v(secret, name) + stratum.encode() + b"\n" + name.encode())
        for name, stratum in candidates
    ]
    return all(
        (
            bundle["protocol"] == commit_text.split("\n")[0] == "ssj-draw/1",
            h(commit_text.encode()).hex() == bundle["commit_sha256"],
            e.hex() == bundle["entropy_sha256"],
            entropy_lines[0] == "ssj-entropy/1",
            entropy_lines[1] == "commit: " + bundle["commit_sha256"],
            witnesses == [name for name in commit["witnesses"].split(",") if name],
            h(secret).hex() == commit["server_secret_sha256"],
            names == sorted(set(names), key=str.encode),
            all(
                unicodedata.normalize("NFC", one.upper()) == one and not set(one) & set(" \u3000\t")
                for one in bare
            ),
            kind == "subjects" or all(name.startswith("insp:") for name in names),
            amounts(commit["counts"]) == counts,
            commit["counts"] == ",".join(f"{s}={counts[s]}" for s in sorted(counts, key=str.encode)),
            not any(stratum.startswith("-") for stratum in amounts(commit["quotas"])),
            root(leaves).hex() == commit["manifest_root"],
            bundle["selected"] == selected,
        )
    )


def visits(bundle: dict[str, Any]) -> list[list[Any]]:
    """Who inspects whom, from the list, the terms and chance of an inspectors' bundle."""
    secret = bytes.fromhex(bundle["server_secret"])
    e = h(bundle["entropy_text"].encode())
    loads = dict(bundle["loads"])
    outcome = []
    for subject in sorted(bundle["subjects"], key=lambda subject: bytes.fromhex(subject["ticket"])):
        team: list[str | None] = []
        for department, expertise in subject["places"]:
            best: tuple[tuple[int, bytes], str] | None = None
            for name, stratum in bundle["candidates"]:
                if stratum.startswith("-") or name in subject["recused"] or name in team:
                    continue
                if department is not None and stratum != department:
                    continue
                if expertise is not None and expertise not in bundle["expertise"].get(name, []):
                    continue
                key = (loads.get(name, 0), h(e + v(secret, subject["id"]) + v(secret, name)))
                if best is None or key < best[0]:
                    best = (key, name)
            team.append(None if best is None else best[1])
            if best is not None:
                loads[best[1]] = loads.get(best[1], 0) + 1
        outcome.append([subject["id"], team])
    return outcome


def through_json(bundle: object) -> Any:
    """What another program would read."""
    return json.loads(json.dumps(bundle, ensure_ascii=False))

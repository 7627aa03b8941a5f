"""核对一次抽取（ssj-draw/1），只用标准库：python3 verify.py 数据文件.json。全部成立时退出码为 0，否则为 1。"""
import collections, functools, hashlib, hmac, json, pathlib, re, sys, unicodedata
KEYS = "draw attempt plan_sha256 manifest_root counts quotas server_secret_sha256 beacon witnesses".split()
def H(data): return hashlib.sha256(data).digest()
def same(one, other): return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
def amounts(counts): return ",".join(f"{name}={counts[name]}" for name in sorted(counts, key=str.encode))
def root(level):  # RFC 6962
    half = 1 << max(len(level) - 1, 1).bit_length() - 1
    return H(b"\1" + root(level[:half]) + root(level[half:])) if level[1:] else level[0] if level else H(b"")
def checks(b):
    match = re.fullmatch("ssj-draw/1\n" + "".join(f"{key}: (.*)\n" for key in KEYS), b["commit_text"])
    commit, said, C, E = dict(zip(KEYS, match.groups())), b["entropy_text"].split("\n"), H(b["commit_text"].encode()).hex(), H(b["entropy_text"].encode())
    yield "承诺文本 C", b["protocol"] == "ssj-draw/1" and b["commit_sha256"] == C and re.fullmatch("[1-9][0-9]*", commit["attempt"])
    yield "随机文本 E，里面有 C", b["entropy_sha256"] == E.hex() and said[:2] == ["ssj-entropy/1", "commit: " + C] and said[-1] == ""
    given = [re.fullmatch(r"witness: (\S+) ((?:[0-9a-f]{2})+)", line).groups() for line in said[2:-2]]
    yield "见证人一个不少，按承诺的顺序", ",".join(name for name, _ in given) == commit["witnesses"] and len(dict(given)) == len(given)
    yield "见证人的内容不空，写法唯一", all(text.strip() and unicodedata.is_normalized("NFC", text) for text in (bytes.fromhex(digits).decode() for _, digits in given))
    yield "公共随机源", re.fullmatch("beacon: (-|([0-9a-f]{2})+)", said[-2]) and (said[-2][8:] == "-") == (commit["beacon"] == "-")
    s, prefix = bytes.fromhex(b["server_secret"]), {"subjects": "", "inspectors": "insp:"}[b.get("kind", "subjects")]
    yield "密钥是承诺的那一个", s.hex() == b["server_secret"] and len(s) == 32 and H(s).hex() == commit["server_secret_sha256"]
    v = functools.cache(lambda name: hmac.digest(s, name.encode(), "sha256")[:16])
    of, ids = dict(b["candidates"]), [name for name, _ in b["candidates"]]
    counts, bare = collections.Counter(of.values()), [name[len(prefix):] for name in ids if name.startswith(prefix)]
    yield "名单排好、不重复，编号写法唯一", ids == sorted(of, key=str.encode) and len(bare) == len(ids) and all(re.fullmatch(r"\S+", name) and name == unicodedata.normalize("NFC", name.upper()) for name in bare)
    yield "各类的数量", amounts(counts) == commit["counts"] and not any(re.search(r"[\s,=]|^-?$", name) for name in counts)
    yield "名单是封存的那一份", root([H(b"\0" + v(name) + f"{of[name]}\n{name}".encode()) for name in ids]).hex() == commit["manifest_root"]
    quotas = {name: int(number) for name, number in (pair.split("=") for pair in commit["quotas"].split(",") if pair)}
    yield "各类的名额", amounts(quotas) == commit["quotas"] and all(n in counts and n[0] != "-" and 0 <= quotas[n] <= counts[n] for n in quotas)
    tickets = sorted((H(E + v(name)).hex(), name) for name in ids)
    order = {one: [[name, ticket] for ticket, name in tickets if of[name] == one] for one in quotas}
    yield "抽中的就是号码最小的", same(b["selected"], {one: order[one][:quotas[one]] for one in quotas})
    yield "候补的就是接下来的", all(same(more, order[one][quotas[one]:][:len(more)]) for one, more in b.get("substitutes", {}).items())
    yield "计划是承诺的那一份", "plan_text" not in b or H(b["plan_text"].encode()).hex() == commit["plan_sha256"]
    if not prefix or not {"subjects", "expertise", "loads", "visits", "redraws", "additions"} & b.keys(): return
    held, loads, plan = {}, collections.Counter(b["loads"]), json.loads(b.get("plan_text", "{}"))
    def fill(one, at, *out):  # 已有任务最少的，其次 H(E ‖ v(对象) ‖ v(人员)) 最小的
        (wanted, skill), free = one["places"][at], [n for n in ids if of[n][0] != "-" and not any(n in some for some in out)]
        fits = [n for n in free if wanted in (None, of[n]) and (skill is None or skill in b["expertise"].get(n, []))]
        held[one["id"]][1][at] = best = min(fits, key=lambda n: (loads[n], H(E + v(one["id"]) + v(n)), n), default=None)
        loads[best] += 1
    def seat(one, *barred):
        held[one["id"]] = one, dict.fromkeys(range(len(one["places"]))), set(one["recused"])
        for at in range(len(one["places"])): fill(one, at, one["recused"], *barred, held[one["id"]][1].values())
    for one in sorted(b["subjects"], key=lambda one: (one["ticket"], one["id"])): seat(one)
    yield "派员的条件是计划写定的", all(same(value, b[key]) for key, value in plan.get("assignment", plan).items() if key in ("subjects", "expertise", "loads"))
    yield "派员与重算的一致", same([[name, [*team.values()]] for name, (_, team, _) in held.items()], b["visits"])
    later = [(one["after"], 0, one) for one in b.get("additions", [])] + [(at, 1, one) for at, one in enumerate(b.get("redraws", []))]
    for done, redrawn, again in sorted(later, key=lambda one: one[:2]):  # 替补的对象接着派；回避的退出，只重抽那一个名额
        if not redrawn: yield "替补对象的派员一致", seat(again["subject"], again.get("barred", [])) is None and str(done).isdecimal() and done <= len(b.get("redraws", [])) and same([*held[again["subject"]["id"]][1].values()], again["inspectors"])
        if not redrawn: continue
        (one, team, gone), at, was = held[again["subject"]], again["place"], again["recused"]
        yield "回避的人确在那个名额上", str(at).isdecimal() and team[at] == was is not None
        gone.add(was), loads.subtract([was]), fill(one, at, gone, again.get("barred", []), [*team.values()])
        yield "回避后重抽的一致", same(team[at], again["inspector"])
if __name__ == "__main__":
    found = []
    try: found.extend(checks(json.loads(pathlib.Path(sys.argv[1]).read_bytes())))
    except Exception as error: found.append((f"接下来的内容读不懂（{type(error).__name__}）", False))
    print("\n".join(f"{'✓' if holds else '✗'} {name}" for name, holds in found))
    sys.exit(not all(holds for _, holds in found))

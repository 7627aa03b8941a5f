// 核对一次抽取（ssj-draw/1），只用 WebCrypto：在网页里选文件，或者 node verify.js 数据文件.json（全部成立时退出码为 0，否则为 1）。
const KEYS = "draw attempt plan_sha256 manifest_root counts quotas server_secret_sha256 beacon witnesses".split(" ");
const TWO = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0")), hex = (bytes) => { let text = ""; for (const byte of bytes) text += TWO[byte]; return text; };
const encoder = new TextEncoder(), utf8 = (text) => encoder.encode(text), unhex = (digits) => Uint8Array.from(digits.match(/../g) ?? [], (two) => parseInt(two, 16));
const joined = (parts) => { let at = 0; const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0)); for (const part of parts) { all.set(part, at); at += part.length; } return all; };
const H = (...parts) => crypto.subtle.digest("SHA-256", joined(parts)).then((digest) => new Uint8Array(digest)), amounts = (counts) => [...counts].map(([name, count]) => [hex(utf8(name)), `${name}=${count}`]).sort().map(([, text]) => text).join(",");
const tidy = (_, value) => (value && typeof value === "object" && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort()) : value), same = (one, other) => JSON.stringify(one, tidy) === JSON.stringify(other, tidy);
const root = async (level) => (level.length < 2 ? level[0] ?? H() : root(await Promise.all(Array.from({ length: Math.ceil(level.length / 2) }, (_, at) => (2 * at + 1 < level.length ? H([1], level[2 * at], level[2 * at + 1]) : level[2 * at])))));  // RFC 6962
async function* checks(b) {
  const match = new RegExp(`^ssj-draw/1\n${KEYS.map((key) => `${key}: (.*)\n`).join("")}$`).exec(b.commit_text), said = b.entropy_text.split("\n");
  const commit = Object.fromEntries(KEYS.map((key, at) => [key, match[at + 1]])), C = hex(await H(utf8(b.commit_text))), E = await H(utf8(b.entropy_text));
  yield ["承诺文本 C", b.protocol === "ssj-draw/1" && b.commit_sha256 === C && /^[1-9][0-9]*$/.test(commit.attempt)];
  yield ["随机文本 E，里面有 C", b.entropy_sha256 === hex(E) && said[0] === "ssj-entropy/1" && said[1] === `commit: ${C}` && said.at(-1) === ""];
  const given = said.slice(2, -2).map((line) => /^witness: (\S+) ((?:[0-9a-f]{2})+)$/.exec(line).slice(1));
  yield ["见证人一个不少，按承诺的顺序", given.map(([name]) => name).join(",") === commit.witnesses && new Map(given).size === given.length];
  yield ["见证人的内容不空，写法唯一", given.map(([, digits]) => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(unhex(digits))).every((text) => text.trim() && text === text.normalize("NFC"))];
  yield ["公共随机源", /^beacon: (-|([0-9a-f]{2})+)$/.test(said.at(-2)) && (said.at(-2) === "beacon: -") === (commit.beacon === "-")];
  const s = unhex(b.server_secret), prefix = { subjects: "", inspectors: "insp:" }["kind" in b ? b.kind : "subjects"];
  yield ["密钥是承诺的那一个", hex(s) === b.server_secret && s.length === 32 && hex(await H(s)) === commit.server_secret_sha256];
  const of = new Map(b.candidates.map(([name, stratum, ...more]) => [name, more.length ? null : stratum])), ids = b.candidates.map(([name]) => name), counts = new Map(); for (const stratum of of.values()) counts.set(stratum, (counts.get(stratum) ?? 0) + 1);
  const spelled = ids.map((name) => hex(utf8(name))), bare = ids.map((name) => (name.startsWith(prefix) ? name.slice(prefix.length) : ""));
  yield ["名单排好、不重复，编号写法唯一", spelled.every((name, at) => at === 0 || spelled[at - 1] < name) && bare.every((name) => /^\S+$/.test(name) && name === name.toUpperCase().normalize("NFC"))];
  yield ["各类的数量", amounts(counts) === commit.counts && [...counts.keys()].every((name) => !/[\s,=]|^-?$/.test(name))];
  const key = await crypto.subtle.importKey("raw", s, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const blind = async (name) => new Uint8Array(await crypto.subtle.sign("HMAC", key, utf8(name)), 0, 16), v = new Map(await Promise.all(ids.map(async (name) => [name, await blind(name)])));
  yield ["名单是封存的那一份", hex(await root(await Promise.all(ids.map((name) => H([0], v.get(name), utf8(`${of.get(name)}\n${name}`)))))) === commit.manifest_root];
  const quotas = new Map(commit.quotas ? commit.quotas.split(",").map((pair) => [pair.split("=")[0], Number(pair.split("=")[1])]) : []);
  yield ["各类的名额", amounts(quotas) === commit.quotas && [...quotas].every(([name, number]) => !name.startsWith("-") && 0 <= number && number <= counts.get(name))];
  const tickets = (await Promise.all(ids.map(async (name) => [name, hex(await H(E, v.get(name)))]))).sort((one, other) => (one[1] < other[1] ? -1 : 1));
  const order = (stratum) => tickets.filter(([name]) => quotas.has(stratum) && of.get(name) === stratum);
  yield ["抽中的就是号码最小的", same(b.selected, Object.fromEntries([...quotas].map(([one, number]) => [one, order(one).slice(0, number)])))];
  yield ["候补的就是接下来的", Object.entries(b.substitutes ?? {}).every(([one, rows]) => quotas.has(one) && same(rows, order(one).slice(quotas.get(one)).slice(0, rows.length)))];
  yield ["计划是承诺的那一份", !("plan_text" in b) || hex(await H(utf8(b.plan_text))) === commit.plan_sha256];
  if (!prefix || !["subjects", "expertise", "loads", "visits", "redraws", "additions"].some((name) => name in b)) return;
  const held = new Map(), loads = new Map(Object.entries(b.loads)), add = (name, number) => loads.set(name, (loads.get(name) ?? 0) + number), plan = JSON.parse(b.plan_text ?? "{}");
  const fits = ([wanted, skill], out) => ids.filter((name) => !of.get(name).startsWith("-") && !out.includes(name) && [null, of.get(name)].includes(wanted) && (skill === null || b.expertise[name]?.includes(skill)));
  const fill = async (one, at, out) => {  // 已有任务最少的，其次 H(E ‖ v(对象) ‖ v(人员)) 最小的
    const mine = await blind(one.id), rows = await Promise.all(fits(one.places[at], out).map(async (name) => [loads.get(name) ?? 0, hex(await H(E, mine, v.get(name))), name]));
    return add(rows.sort((one, other) => one[0] - other[0] || (one[1] < other[1] ? -1 : 1))[0]?.[2] ?? null, 1) && (rows[0]?.[2] ?? null);
  };
  const seat = async (one, barred) => { for (const at of (held.set(one.id, [one, [], [...one.recused]]), one.places.keys())) held.get(one.id)[1].push(await fill(one, at, [...one.recused, ...barred, ...held.get(one.id)[1]])); };
  for (const one of [...b.subjects].sort((one, other) => (one.ticket < other.ticket ? -1 : 1))) await seat(one, []);
  yield ["派员的条件是计划写定的", Object.entries(plan.assignment ?? plan).every(([name, value]) => !["subjects", "expertise", "loads"].includes(name) || same(value, b[name]))];
  yield ["派员与重算的一致", same([...held].map(([name, [, team]]) => [name, team]), b.visits)];
  const redraws = b.redraws ?? [], later = [...(b.additions ?? []).map((one) => [one.after, 0, one]), ...redraws.map((one, at) => [at, 1, one])].sort((one, other) => one[0] - other[0] || one[1] - other[1]);
  for (const [done, redrawn, again] of later) {  // 替补的对象接着派；回避的退出，只重抽那一个名额
    if (!redrawn) { await seat(again.subject, again.barred ?? []); yield ["替补对象的派员一致", Number.isInteger(done) && 0 <= done && done <= redraws.length && same(held.get(again.subject.id)[1], again.inspectors)]; continue; }
    const [[one, team, gone], at] = [held.get(again.subject), again.place], was = team[at];
    team[at] = (add(was, -1), gone.push(was), await fill(one, at, [...gone, ...team, ...(again.barred ?? [])]));
    yield ["回避后重抽的一致", was !== null && Number.isInteger(at) && same([was, team[at]], [again.recused, "inspector" in again ? again.inspector : ""])];
  }
}
async function verify(text) {
  const found = [];
  try { for await (const [name, holds] of checks(JSON.parse(text))) found.push([name, Boolean(holds)]); } catch (error) { found.push([`接下来的内容读不懂（${error.name}）`, false]); }
  return found;
}
const report = (found) => found.map(([name, holds]) => `${holds ? "✓" : "✗"} ${name}`).join("\n");
globalThis.document?.querySelector("#bundle")?.addEventListener("change", async ({ target }) => { document.querySelector("#report").textContent = report(await verify(await target.files[0].text())); });
if (!globalThis.document) import("node:fs").then(async (fs) => { const found = await verify(fs.readFileSync(process.argv[2], "utf8")); console.log(report(found)); process.exitCode = found.every(([, holds]) => holds) ? 0 : 1; });

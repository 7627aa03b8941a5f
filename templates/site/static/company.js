/* A company's own line, checked in its own browser. It asks nobody: everything that it needs stands on the page. */

import { sha256 } from "./sha256.js";

const line = JSON.parse(document.querySelector("#line").textContent);
const subtle = globalThis.crypto?.subtle; // browsers give it to pages over https alone
const utf8 = (text) => new TextEncoder().encode(text);
const unhex = (digits) => Uint8Array.from(digits.match(/../g) ?? [], (two) => parseInt(two, 16));
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const amounts = (text) => new Map(text.split(",").filter(Boolean).map((pair) => pair.split("=")));

async function hash(...parts) {
  const bytes = Uint8Array.from(parts.flatMap((part) => [...part]));
  return subtle ? new Uint8Array(await subtle.digest("SHA-256", bytes)) : sha256(bytes);
}

/* The commit text says what was sealed before anybody contributed. */
function committed() {
  const [head, ...rows] = line.commit_text.split("\n");
  const fields = Object.fromEntries(rows.map((row) => row.split(/: (.*)/s).slice(0, 2)));
  if (head !== "ssj-draw/1") throw new Error(head);
  return { ...fields, counts: amounts(fields.counts), quotas: amounts(fields.quotas) };
}

/* RFC 9162, 2.1.3.2: from the leaf, sibling by sibling, to the root. */
async function climb(node, index, size, path) {
  let place = index;
  let last = size - 1;
  for (const digits of path) {
    const sibling = unhex(digits);
    if (last === 0 || sibling.length !== 32) return null;
    if (place % 2 || place === last) {
      node = await hash([1], sibling, node);
      while (place % 2 === 0 && place) [place, last] = [place >> 1, last >> 1];
    } else node = await hash([1], node, sibling);
    [place, last] = [place >> 1, last >> 1];
  }
  return last === 0 ? hex(node) : null;
}

const steps = {
  async commit() {
    return hex(await hash(utf8(line.commit_text))) === line.commit_sha256 && line.commit_text === document.querySelector("#commit").textContent;
  },
  async listed() {
    const { counts, manifest_root } = committed();
    const everybody = [...counts.values()].reduce((sum, count) => sum + Number(count), 0);
    if (everybody !== line.size || !counts.has(line.stratum) || !/^[0-9a-f]{32}$/.test(line.v)) return false;
    if (!(line.index >= 0 && line.index < line.size)) return false;
    const leaf = await hash([0], unhex(line.v), utf8(`${line.stratum}\n${line.id}`));
    return (await climb(leaf, line.index, line.size, line.path)) === manifest_root;
  },
  async entropy() {
    const rows = line.entropy_text.split("\n");
    const given = rows.slice(2, -2).map((row) => row.match(/^witness: (\S+) ([0-9a-f]+)$/)?.[1]);
    return hex(await hash(utf8(line.entropy_text))) === line.entropy_sha256
      && rows[0] === "ssj-entropy/1" && rows[1] === `commit: ${line.commit_sha256}` && rows.at(-1) === ""
      && given.join(",") === committed().witnesses;
  },
  async ticket() {
    const { quotas } = committed();
    const ticket = hex(await hash(unhex(line.entropy_sha256), unhex(line.v)));
    const written = [...document.querySelectorAll(".ticket")].map((element) => element.textContent);
    if (ticket !== line.ticket || !written.every((number) => [line.ticket, line.cutoff].includes(number))) return false;
    if (line.stratum.startsWith("-")) return line.outcome === "excluded" && !quotas.has(line.stratum);
    const within = Number(quotas.get(line.stratum) ?? 0) > 0 && line.cutoff !== null && ticket <= line.cutoff;
    return within ? line.outcome === "drawn" : ["spared", "substitute"].includes(line.outcome);
  },
};

let good = true;
for (const [name, holds] of Object.entries(steps)) {
  const found = await holds().catch(() => false);
  document.querySelector(`[data-step="${name}"]`).dataset.state = found ? "good" : "bad";
  good &&= found;
}
document.querySelector("#verdict").dataset.state = good ? "good" : "bad";

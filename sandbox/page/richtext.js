// Text with its formatting, as elements. Offsets count UTF-16 units, as JavaScript's strings do.

import { make } from "./dom.js";

const PLAIN = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code" };

const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);

/** A fragment with the text; `act` is told of links to the bot and of commands that are touched. */
export function richText(text, entities, { words, act }) {
  const fragment = document.createDocumentFragment();
  fragment.append(...pieces(text, 0, text.length, [...entities].sort(byPlace), { words, act }));
  return fragment;
}

const byPlace = (one, other) => one.offset - other.offset || other.length - one.length;

function pieces(text, start, end, entities, context) {
  const out = [];
  let at = start;
  for (let place = 0; place < entities.length; place++) {
    const entity = entities[place];
    if (entity.offset < at) continue;
    const stop = entity.offset + entity.length;
    const inner = [];
    for (let next = place + 1; next < entities.length && entities[next].offset < stop; next++) inner.push(entities[next]);
    if (entity.offset > at) out.push(text.slice(at, entity.offset));
    out.push(dressed(entity, text.slice(entity.offset, stop), pieces(text, entity.offset, stop, inner, context), context));
    // A block ends its line by itself.
    at = BLOCKS.has(entity.type) && text[stop] === "\n" && stop < end ? stop + 1 : stop;
  }
  if (at < end) out.push(text.slice(at, end));
  return out;
}

function dressed(entity, text, children, { words, act }) {
  if (PLAIN[entity.type]) return make(PLAIN[entity.type], {}, children);
  switch (entity.type) {
    case "pre":
      return make("pre", {}, make("code", {}, children));
    case "text_link":
      return link(entity.url, children, act);
    case "url":
      return link(text, children, act);
    case "email":
      return make("a", { href: `mailto:${text}` }, children);
    case "bot_command":
      return make("a", { href: "#", onclick: (event) => (event.preventDefault(), act.say(text)) }, children);
    case "mention":
    case "text_mention":
    case "hashtag":
      return make("span", { class: "mention" }, children);
    case "spoiler":
      return make("span", { class: "spoiler", tabindex: "0", onclick: (event) => event.currentTarget.classList.add("shown") }, children);
    case "blockquote":
      return make("blockquote", {}, children);
    case "expandable_blockquote":
      return expandable(children, words);
    default:
      return make("span", {}, children);
  }
}

function link(url, children, act) {
  const toBot = /^(https?:\/\/)?(t|telegram)\.me\/|^tg:\/?\/?resolve/i.test(url);
  const onclick = toBot ? (event) => (event.preventDefault(), act.openLink(url)) : null;
  return make("a", { href: url, target: "_blank", rel: "noopener noreferrer", onclick }, children);
}

function expandable(children, words) {
  const quote = make("blockquote", { class: "expandable" }, make("div", { class: "quoted" }, children));
  const button = make("button", { type: "button", class: "unfold" }, words.expand);
  button.addEventListener("click", () => {
    button.textContent = quote.classList.toggle("open") ? words.fold : words.expand;
  });
  quote.append(button);
  return quote;
}

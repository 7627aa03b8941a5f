// Messages as bubbles. The items of an album share one.

import { clock, make } from "./dom.js";
import { icon } from "./icons.js";
import { mediaOf } from "./media.js";
import { richText } from "./richtext.js";

/** What belongs together: an album, or a message alone. */
export const groupOf = (message) => (message.album ? `a${message.album}` : `m${message.number}`);

/**
 * The element of a group.
 *
 * @param messages of the group, in order
 * @param context  `words`, `find` (a message by number), `act`, `look`, `busy` (places of pressed buttons)
 */
export function bubble(messages, context) {
  const first = messages[0];
  const last = messages[messages.length - 1];
  const body = make("div", { class: `bubble kind-${first.kind}` });
  const answered = first.reply_to ? quoted(first.reply_to, context) : null;
  if (answered) body.append(answered);
  body.append(...media(messages, context));
  for (const message of messages) {
    if (message.text) body.append(make("div", { class: "text" }, richText(message.text, message.entities, context)));
  }
  body.append(meta(messages, last, context));
  const group = make("div", { class: `group ${first.from_bot ? "theirs" : "mine"}` }, body);
  if (last.buttons.length) group.append(buttons(last, context));
  for (const message of messages) if (message.reaction) group.append(make("span", { class: "reaction" }, message.reaction));
  return group;
}

function media(messages, context) {
  const elements = messages.map((message) => mediaOf(message, context)).filter(Boolean);
  if (elements.length < 2 || messages[0].kind !== "photo") return elements;
  return [make("div", { class: `album of-${Math.min(elements.length, 10)}` }, elements)];
}

function quoted(number, { find, words, go }) {
  const message = find(number);
  const text = message ? message.text || `[${words.kinds[message.kind]}]` : words.gone;
  return make("button", { type: "button", class: "quoted-message", onclick: () => go(number) }, text);
}

function meta(messages, last, { words }) {
  const edited = messages.some((message) => message.edited);
  return make(
    "span",
    { class: "meta" },
    edited ? make("span", { class: "edited" }, words.edited) : null,
    make("time", {}, clock(last.date)),
  );
}

function buttons(message, context) {
  const rows = message.buttons.map((row, y) =>
    make(
      "div",
      { class: "button-row" },
      row.map((button, x) => inlineButton(message, button, y, x, context)),
    ),
  );
  return make("div", { class: "buttons" }, rows);
}

function inlineButton(message, button, row, column, { act, busy }) {
  const place = `${message.number}/${row}/${column}`;
  const mark = button.url ? icon("open") : button.copied ? icon("copy") : null;
  const element = make(
    "button",
    { type: "button", class: `inline ${button.style ?? ""}`, "data-place": place, onclick: () => act.press(message, row, column) },
    make("span", { class: "label" }, button.text),
    mark,
  );
  element.classList.toggle("busy", busy.has(place));
  return element;
}

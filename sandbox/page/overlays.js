// What lies over a phone for a while: notices, questions, a picture in full size.

import { make } from "./dom.js";
import { icon } from "./icons.js";

const NOTICE_MS = 3200;

/** Shows a line for a moment. */
export function notice(screen, text) {
  screen.querySelector(".notice")?.remove();
  const line = make("div", { class: "notice", role: "status" }, text);
  screen.append(line);
  setTimeout(() => line.remove(), NOTICE_MS);
}

/** Shows a text that has to be closed by hand. */
export function alertBox(screen, text, words) {
  const box = make("div", { class: "veil" });
  const close = () => box.remove();
  box.append(
    make("div", { class: "box", role: "alertdialog" }, make("p", {}, text), make("div", { class: "box-row" }, make("button", { type: "button", class: "main", onclick: close }, words.ok))),
  );
  screen.append(box);
  box.querySelector("button").focus();
}

/**
 * Asks for a few values.
 *
 * @param fields  `{ name, label, type, value, step, placeholder }`
 * @param choices `{ label, values }`, each fills the fields in
 * @returns a promise of the values by name, or `null`
 */
export function ask(screen, { title, fields, choices = [], words }) {
  return new Promise((resolve) => {
    const inputs = fields.map((field) =>
      make("input", { name: field.name, type: field.type ?? "text", step: field.step, value: field.value, placeholder: field.placeholder, required: field.type !== "checkbox", autocomplete: "off" }),
    );
    const close = (values) => (veil.remove(), resolve(values));
    const values = () =>
      Object.fromEntries(inputs.map((input) => [input.name, input.type === "checkbox" ? input.checked : input.value.trim()]));
    const form = make(
      "form",
      { class: "box", role: "dialog", onsubmit: (event) => (event.preventDefault(), close(values())) },
      make("p", { class: "box-title" }, title),
      choices.map((choice) => make("button", { type: "button", class: "choice", onclick: () => close(choice.values) }, choice.label)),
      fields.map((field, place) => make("label", { class: field.type === "checkbox" ? "check" : "" }, make("span", {}, field.label), inputs[place])),
      make(
        "div",
        { class: "box-row" },
        make("button", { type: "button", onclick: () => close(null) }, words.cancel),
        make("button", { type: "submit", class: "main" }, words.ok),
      ),
    );
    const veil = make(
      "div",
      {
        class: "veil",
        onclick: (event) => event.target === veil && close(null),
        onkeydown: (event) => event.key === "Escape" && close(null),
      },
      form,
    );
    screen.append(veil);
    inputs[0]?.focus();
  });
}

/** A list of things to choose from, above the element that opened it; the same touch closes it. */
export function menu(anchor, items) {
  const open = anchor.querySelector(".menu");
  document.querySelectorAll(".menu").forEach((one) => one.remove());
  if (open) return;
  const list = make(
    "div",
    { class: "menu", role: "menu" },
    items.map((item) =>
      make("button", { type: "button", role: "menuitem", onclick: () => item.choose() }, item.icon ? icon(item.icon) : null, item.label, item.hint ? make("small", {}, item.hint) : null),
    ),
  );
  anchor.append(list);
  const away = (event) => {
    if (event.type === "keydown" && event.key !== "Escape") return;
    if (event.type === "pointerdown" && anchor.contains(event.target)) return;
    list.remove();
    document.removeEventListener("pointerdown", away);
    document.removeEventListener("keydown", away);
  };
  list.addEventListener("click", () => list.remove());
  document.addEventListener("pointerdown", away);
  document.addEventListener("keydown", away);
}

/** Shows a picture over everything. */
export function look(url) {
  const veil = make("div", { class: "picture", onclick: () => close() }, make("img", { src: url, alt: "" }));
  const onkey = (event) => event.key === "Escape" && close();
  const close = () => (veil.remove(), document.removeEventListener("keydown", onkey));
  document.addEventListener("keydown", onkey);
  document.body.append(veil);
}

// The lower end of a phone: what the person writes, attaches, or presses on the bot's keyboard.

import { make } from "./dom.js";
import { icon } from "./icons.js";
import { ask, menu } from "./overlays.js";

const STICKERS = ["👍", "👌", "🙏", "😊", "😅", "🎉"];

export class Composer {
  /** @param context `words`, `act` and `screen` of the phone */
  constructor(context) {
    this.context = context;
    const { words, act } = context;
    this.input = make("textarea", { rows: "1", placeholder: words.message, "aria-label": words.message, maxlength: "4096" });
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("input", () => this.grow());
    this.files = make("input", { type: "file", multiple: true, hidden: true });
    this.files.addEventListener("change", () => this.chosen());
    this.attach = make("div", { class: "anchor" }, this.button("attach", words.attach, () => this.openAttach()));
    this.commands = make("div", { class: "anchor" }, this.button("commands", words.commands, () => this.openCommands()));
    this.toggle = this.button("keyboard", words.keyboard, () => this.setFolded(!this.folded));
    this.sendButton = this.button("send", words.send, () => this.send());
    this.keys = make("div", { class: "keys" });
    this.line = make("div", { class: "line" }, this.attach, this.input, this.commands, this.toggle, this.sendButton, this.files);
    this.startButton = make("button", { type: "button", class: "wide main", onclick: () => act.start() }, words.start);
    this.unblockButton = make("button", { type: "button", class: "wide", onclick: () => act.unblock() }, words.unblock);
    this.element = make("footer", { class: "composer" }, this.startButton, this.unblockButton, this.line, this.keys);
    this.folded = false;
    this.shownKeys = "";
  }

  /** Shows what the state of the phone allows. */
  update(state) {
    const { words } = this.context;
    this.state = state;
    this.startButton.hidden = state.started || state.blocked;
    this.unblockButton.hidden = !state.blocked;
    this.line.hidden = !state.started || state.blocked;
    this.input.placeholder = state.placeholder || words.message;
    this.commands.hidden = state.commands.length === 0;
    this.toggle.hidden = state.keyboard === null;
    const keys = JSON.stringify(state.keyboard);
    if (keys !== this.shownKeys) {
      this.shownKeys = keys;
      this.keys.replaceChildren(...(state.keyboard ?? []).map((row) => this.keyRow(row)));
      this.setFolded(false);
    }
    this.setFolded(this.folded);
  }

  keyRow(row) {
    return make(
      "div",
      { class: "key-row" },
      row.map((key) => make("button", { type: "button", class: "key", onclick: () => this.tap(key) }, key.text)),
    );
  }

  tap(key) {
    if (key.request === "location") this.askPlace();
    else if (key.request === "contact") this.askContact();
    else this.context.act.tap(key.text);
  }

  setFolded(folded) {
    this.folded = folded;
    this.keys.hidden = folded || !this.state?.keyboard || this.line.hidden;
    this.toggle.classList.toggle("on", !folded);
  }

  button(name, label, onclick) {
    return make("button", { type: "button", class: `tool ${name}`, title: label, "aria-label": label, onclick }, icon(name));
  }

  key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.send();
  }

  send() {
    const text = this.input.value.trim();
    if (!text) return;
    this.input.value = "";
    this.grow();
    this.context.act.say(text);
  }

  grow() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 112)}px`;
  }

  openCommands() {
    const { act } = this.context;
    const items = this.state.commands.map((one) => ({ label: `/${one.command}`, hint: one.description, choose: () => act.say(`/${one.command}`) }));
    menu(this.commands, items);
  }

  openAttach() {
    const { words } = this.context;
    menu(this.attach, [
      { icon: "photo", label: words.attach_photo, choose: () => this.choose("photos", "image/*") },
      { icon: "file", label: words.attach_file, choose: () => this.choose("files", "") },
      { icon: "pin", label: words.attach_location, choose: () => this.askPlace() },
      { icon: "contact", label: words.attach_contact, choose: () => this.askContact() },
      { icon: "sticker", label: words.attach_sticker, choose: () => this.askSticker() },
    ]);
  }

  choose(act, accept) {
    this.chosenAct = act;
    this.files.accept = accept;
    this.files.value = "";
    this.files.click();
  }

  chosen() {
    if (this.files.files.length) this.context.act.send(this.chosenAct, [...this.files.files], this.input.value.trim());
    this.input.value = "";
    this.grow();
  }

  async askPlace() {
    const { words, act, screen } = this.context;
    const choices = words.places.map((place) => ({ label: place.name, values: place }));
    const fields = [
      { name: "latitude", label: words.latitude, type: "number", step: "any", value: words.places[0].latitude },
      { name: "longitude", label: words.longitude, type: "number", step: "any", value: words.places[0].longitude },
    ];
    const values = await ask(screen, { title: words.attach_location, fields, choices, words });
    if (values) act.location(Number(values.latitude), Number(values.longitude));
  }

  async askContact() {
    const { words, act, screen } = this.context;
    const fields = [{ name: "phone", label: words.phone_number, type: "tel", value: words.phone_example }];
    const values = await ask(screen, { title: words.attach_contact, fields, words });
    if (values) act.contact(values.phone);
  }

  async askSticker() {
    const { words, act, screen } = this.context;
    const choices = STICKERS.map((emoji) => ({ label: emoji, values: { emoji } }));
    const values = await ask(screen, { title: words.attach_sticker, fields: [], choices, words });
    if (values) act.sticker(values.emoji);
  }
}

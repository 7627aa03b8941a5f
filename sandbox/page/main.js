// Which phones are on the table, and who hears what.

import { make } from "./dom.js";
import { icon } from "./icons.js";
import { ask } from "./overlays.js";
import { Phone } from "./phone.js";
import { get, listen, post } from "./sandbox.js";

const FIRST = 5;
const NARROW = matchMedia("(max-width: 720px)");

class Table {
  constructor(words) {
    this.words = words;
    this.bot = { name: "", username: "" };
    this.phones = new Map();
    this.chips = new Map();
    this.focused = null;
    this.room = document.getElementById("phones");
    this.bar = document.getElementById("chips");
    this.lost = document.getElementById("lost");
    this.shown = this.fromAddress();
    document.getElementById("title").textContent = words.phones;
    document.getElementById("tools").append(
      make("button", { type: "button", class: "bar-button", onclick: () => this.addPerson() }, icon("plus"), make("span", {}, words.add_person)),
      make("a", { class: "bar-button", href: "/sandbox/transcript", target: "_blank" }, icon("script"), make("span", {}, words.transcript)),
    );
    this.empty = make("p", { class: "empty" }, words.nobody);
    this.room.append(this.empty);
    for (const event of ["visibilitychange", "focus"]) window.addEventListener(event, () => this.readFocused());
  }

  /** Numbers of the phones that the address names; `null` if it names none, so the first few are shown. */
  fromAddress() {
    const named = new URLSearchParams(location.search).get("phones");
    return named === null ? null : named.split(",").filter(Boolean).map(Number);
  }

  remember() {
    const url = new URL(location.href);
    url.searchParams.set("phones", this.visible().join(","));
    history.replaceState(null, "", url.toString().replaceAll("%2C", ","));
  }

  visible() {
    return this.shown ?? [...this.phones.keys()].slice(0, FIRST);
  }

  change(event) {
    Object.assign(this.bot, event.bot);
    document.title = `${event.bot.name} · ${this.words.phones}`;
    if (event.whole) {
      for (const phone of this.phones.values()) phone.element.remove();
      for (const chip of this.chips.values()) chip.remove();
      this.phones.clear();
      this.chips.clear();
      this.focused = null;
    }
    for (const chat of event.chats) this.hear(chat, event.whole);
    this.arrange();
    this.readFocused();
  }

  hear(chat, whole) {
    let phone = this.phones.get(chat.id);
    const fresh = !phone;
    if (!phone) {
      phone = new Phone(chat, { words: this.words, bot: this.bot, onfocus: (one) => this.focus(one), onclose: (one) => this.hide(one.id) });
      this.phones.set(chat.id, phone);
      this.chips.set(chat.id, this.chip(chat));
    }
    phone.update(chat, { quiet: whole || fresh });
    const chip = this.chips.get(chat.id);
    chip.querySelector(".badge").textContent = chat.unread > 99 ? "99+" : chat.unread;
    chip.querySelector(".badge").hidden = chat.unread === 0;
    if (!whole && chat.messages.some((one) => one.from_bot) && !this.visible().includes(chat.id)) {
      chip.classList.remove("flash");
      requestAnimationFrame(() => chip.classList.add("flash"));
    }
  }

  chip(chat) {
    const chip = make(
      "button",
      { type: "button", class: "chip", "data-person": chat.id, onclick: () => this.touch(chat.id) },
      make("span", { class: `dot tint-${chat.id % 6}` }),
      chat.name,
      make("span", { class: "badge", hidden: true }),
    );
    this.bar.append(chip);
    return chip;
  }

  touch(id) {
    if (!this.visible().includes(id)) this.show(id);
    else if (NARROW.matches) this.phones.get(id).element.scrollIntoView({ inline: "center", behavior: "smooth" });
    else this.hide(id);
  }

  show(id) {
    this.shown = [...this.visible(), id];
    this.remember();
    this.arrange();
    this.phones.get(id).element.scrollIntoView({ inline: "center" });
  }

  hide(id) {
    this.shown = this.visible().filter((one) => one !== id);
    if (this.focused?.id === id) this.focused = null;
    this.remember();
    this.arrange();
  }

  arrange() {
    const visible = this.visible().filter((id) => this.phones.has(id));
    for (const [id, phone] of this.phones) {
      const wanted = visible.includes(id);
      if (!wanted) phone.element.remove();
      this.chips.get(id).setAttribute("aria-pressed", String(wanted));
    }
    visible.forEach((id, place) => {
      const element = this.phones.get(id).element;
      if (this.room.children[place] !== element) this.room.insertBefore(element, this.room.children[place] ?? null);
    });
    this.empty.hidden = visible.length > 0;
    this.empty.textContent = this.phones.size ? this.words.none_shown : this.words.nobody;
  }

  focus(phone) {
    if (this.focused !== phone) {
      this.focused?.element.classList.remove("focused");
      this.focused = phone;
      phone.element.classList.add("focused");
    }
    this.readFocused();
  }

  readFocused() {
    if (this.focused && document.visibilityState === "visible") this.focused.read();
  }

  async addPerson() {
    const { words } = this;
    const fields = [
      { name: "first_name", label: words.add_person_name },
      { name: "started", label: words.add_person_started, type: "checkbox" },
    ];
    const values = await ask(document.body, { title: words.add_person, fields, words });
    if (!values) return;
    const id = Math.max(1000, ...this.phones.keys()) + 1;
    if (this.shown !== null || this.phones.size >= FIRST) this.shown = [...this.visible(), id];
    await post("/people", { id, ...values });
    this.remember();
  }
}

const table = new Table(await get("/words"));
listen({
  onchange: (event) => table.change(event),
  onlost: (lost) => {
    table.lost.textContent = table.words.lost;
    table.lost.hidden = !lost;
  },
});

// One phone: its head, the chat, and the composer.

import { bubble, groupOf } from "./bubbles.js";
import { Composer } from "./composer.js";
import { dayKey, dayName, fill, make } from "./dom.js";
import { icon } from "./icons.js";
import { alertBox, ask, look, menu, notice } from "./overlays.js";
import { post, Refused, upload } from "./sandbox.js";

const PRESS_MS = 15000;
const NEAR_END = 80;

export class Phone {
  /** @param context `words`, `bot`, `onfocus(phone)`, `onclose(phone)` */
  constructor(person, context) {
    this.id = person.id;
    this.words = context.words;
    this.messages = new Map();
    this.groups = new Map();
    this.busy = new Map();
    this.answered = new Set();
    this.state = person;
    this.act = this.acts();
    this.screen = make("div", { class: "screen" });
    this.composer = new Composer({ words: this.words, act: this.act, screen: this.screen });
    this.badge = make("span", { class: "badge", hidden: true });
    this.title = make("b", { class: "owner" }, person.name);
    this.subtitle = make("span", { class: "with" });
    this.pinned = make("button", { type: "button", class: "pinned", hidden: true, onclick: () => this.go(this.state.pinned) });
    this.list = make("div", { class: "list", role: "log", "aria-label": person.name, tabindex: "0" });
    this.list.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.atEnd = true;
    this.watch = new ResizeObserver(() => this.atEnd && this.toEnd(false));
    this.watch.observe(this.list);
    this.jump = make("button", { type: "button", class: "jump", hidden: true, onclick: () => this.toEnd(true) }, icon("down"), this.words.new_messages);
    this.hint = make("p", { class: "hint" }, this.words.start_hint);
    this.screen.append(this.head(context), this.pinned, this.list, this.hint, this.jump, this.composer.element);
    this.element = make("section", { class: "phone", "data-person": person.id }, this.screen);
    this.bot = context.bot;
    this.element.addEventListener("pointerdown", () => context.onfocus(this));
    this.element.addEventListener("focusin", () => context.onfocus(this));
  }

  head(context) {
    const anchor = make("div", { class: "anchor" });
    const open = () =>
      menu(anchor, [
        { icon: "link", label: this.words.open_link, choose: () => this.askLink() },
        this.state.blocked
          ? { icon: "block", label: this.words.unblock, choose: () => this.act.unblock() }
          : { icon: "block", label: this.words.block, choose: () => this.act.block() },
        { icon: "close", label: this.words.close_phone, choose: () => context.onclose(this) },
      ]);
    anchor.append(make("button", { type: "button", class: "tool", title: this.words.menu, "aria-label": this.words.menu, onclick: open }, icon("menu")));
    const letter = make("span", { class: `avatar tint-${this.id % 6}` }, [...this.state.name].at(-1));
    return make("header", { class: "head" }, letter, make("div", { class: "names" }, this.title, this.subtitle), this.badge, anchor);
  }

  /** Takes in what has changed. `quiet` is for what was there when the page came. */
  update(chat, { quiet }) {
    const touched = new Set();
    let said = false;
    for (const message of chat.messages) {
      const before = this.messages.get(message.number);
      touched.add(groupOf(message));
      if (message.deleted) this.messages.delete(message.number);
      else this.messages.set(message.number, message);
      said ||= !before && !message.deleted;
    }
    for (const toast of chat.toasts) this.toast(toast, quiet);
    this.state = chat;
    this.paint(touched, quiet);
    this.paintState();
    if (quiet || this.atEnd) this.toEnd(false);
    else if (said) this.jump.hidden = false;
  }

  paint(touched, quiet) {
    for (const key of touched) {
      const messages = [...this.messages.values()].filter((one) => groupOf(one) === key).sort((a, b) => a.number - b.number);
      const old = this.groups.get(key);
      if (!messages.length) {
        old?.element.remove();
        this.groups.delete(key);
        continue;
      }
      const element = bubble(messages, this.bubbleContext());
      const changed = old && old.size === messages.length;
      if (changed && !quiet) element.classList.add("changed");
      if (!old && !quiet) element.classList.add("fresh");
      for (const image of element.querySelectorAll("img")) image.addEventListener("load", () => this.atEnd && this.toEnd(false));
      this.groups.set(key, { element, first: messages[0], size: messages.length });
      if (old) old.element.replaceWith(element);
    }
    this.order();
  }

  /** Puts groups in order, with a line before each day. Elements that stay where they are are not touched. */
  order() {
    const wanted = [];
    let day = "";
    for (const group of [...this.groups.values()].sort((a, b) => a.first.number - b.first.number)) {
      const key = dayKey(group.first.date);
      if (key !== day) wanted.push(this.dayLine(key, group.first.date));
      day = key;
      wanted.push(group.element);
    }
    for (const line of [...this.list.querySelectorAll(".day")]) if (!wanted.includes(line)) line.remove();
    wanted.forEach((element, place) => {
      if (this.list.children[place] !== element) this.list.insertBefore(element, this.list.children[place] ?? null);
    });
  }

  dayLine(key, date) {
    const old = [...this.list.querySelectorAll(".day")].find((line) => line.dataset.day === key);
    return old ?? make("div", { class: "day", "data-day": key }, make("span", {}, dayName(date, this.words)));
  }

  bubbleContext() {
    return {
      words: this.words,
      find: (number) => this.messages.get(number),
      go: (number) => this.go(number),
      act: this.act,
      look,
      busy: new Set(this.busy.values()),
    };
  }

  paintState() {
    const { state, words } = this;
    this.subtitle.textContent = state.typing ? words.typing : state.blocked ? words.blocked : this.bot.name;
    this.subtitle.classList.toggle("typing", Boolean(state.typing));
    if (state.typing) this.forgetTyping();
    this.badge.textContent = state.unread > 99 ? "99+" : state.unread;
    this.badge.hidden = state.unread === 0;
    this.element.classList.toggle("unread", state.unread > 0);
    const pinned = this.messages.get(state.pinned);
    this.pinned.hidden = !pinned;
    if (pinned) this.pinned.replaceChildren(make("b", {}, words.pinned), make("span", {}, pinned.text));
    this.hint.hidden = state.started || this.messages.size > 0;
    this.composer.update(state);
  }

  forgetTyping() {
    clearTimeout(this.typingTimer);
    this.typingTimer = setTimeout(() => {
      this.subtitle.textContent = this.bot.name;
      this.subtitle.classList.remove("typing");
    }, 5000);
  }

  toast(toast, quiet) {
    this.answered.add(toast.query);
    this.free(toast.query);
    if (quiet) return;
    if (toast.url) this.act.openLink(toast.url);
    if (toast.alert && toast.text) alertBox(this.screen, toast.text, this.words);
    else if (toast.text) notice(this.screen, toast.text);
  }

  /** Lets a button spin until its press is answered; the answer may be here before the press has come back. */
  hold(query, place) {
    if (this.answered.has(query)) return;
    this.busy.set(query, place);
    this.markBusy(place, true);
    setTimeout(() => this.free(query), PRESS_MS);
  }

  free(query) {
    const place = this.busy.get(query);
    this.busy.delete(query);
    if (place !== undefined && ![...this.busy.values()].includes(place)) this.markBusy(place, false);
  }

  markBusy(place, on) {
    this.list.querySelector(`[data-place="${place}"]`)?.classList.toggle("busy", on);
  }

  /** Stays at the end from now on, also when pictures or the composer take more room, until somebody scrolls up. */
  toEnd(smooth) {
    this.atEnd = true;
    this.list.scrollTo({ top: this.list.scrollHeight, behavior: smooth ? "smooth" : "instant" });
    this.jump.hidden = true;
  }

  scrolled() {
    this.atEnd = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < NEAR_END;
    if (this.atEnd) this.jump.hidden = true;
  }

  go(number) {
    const message = this.messages.get(number);
    const element = message && this.groups.get(groupOf(message))?.element;
    if (!element) return;
    element.scrollIntoView({ block: "center", behavior: "smooth" });
    element.classList.remove("changed");
    requestAnimationFrame(() => element.classList.add("changed"));
  }

  async askLink() {
    const { words } = this;
    const fields = [{ name: "link", label: words.open_link_hint, placeholder: `https://t.me/${this.bot.username}?start=` }];
    const values = await ask(this.screen, { title: words.open_link, fields, words });
    if (values) this.act.openLink(values.link);
  }

  /** Tells the sandbox that the person has read everything. */
  read() {
    if (this.state.unread) this.attempt(() => post(`/people/${this.id}/read`));
  }

  async attempt(deed) {
    try {
      return await deed();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      notice(this.screen, this.words.refusals[error.code] ?? fill(this.words.failed, { reason: error.message }));
      return null;
    }
  }

  acts() {
    const act = (name, values) => this.attempt(() => post(`/people/${this.id}/${name}`, values));
    return {
      say: (text) => act("say", { text }),
      start: () => act("start"),
      tap: (label) => act("tap", { label }),
      openLink: (link) => act("open", { link }),
      location: (latitude, longitude) => act("location", { latitude, longitude }),
      contact: (phone) => act("contact", { phone }),
      sticker: (emoji) => act("sticker", { emoji }),
      block: () => act("block"),
      unblock: () => act("unblock"),
      send: (name, files, caption) => this.attempt(() => upload(`/people/${this.id}/${name}`, files, { caption })),
      press: async (message, row, column) => {
        const done = await act("press", { message: message.number, row, column });
        if (done?.opened) window.open(done.opened, "_blank", "noopener");
        if (done?.copied) {
          await navigator.clipboard?.writeText(done.copied).catch(() => {});
          notice(this.screen, fill(this.words.copied, { text: done.copied }));
        }
        if (done?.query) this.hold(done.query, `${message.number}/${row}/${column}`);
      },
    };
  }
}

// Making elements.

/** An element with attributes, listeners (`onclick`) and children; `null` children are left out. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

const CHINA = "Asia/Shanghai";
const CLOCK = new Intl.DateTimeFormat("zh-CN", { timeZone: CHINA, hour: "2-digit", minute: "2-digit", hour12: false });
const DAY = new Intl.DateTimeFormat("en-CA", { timeZone: CHINA, year: "numeric", month: "2-digit", day: "2-digit" });
const LONG = new Intl.DateTimeFormat("zh-CN", { timeZone: CHINA, month: "long", day: "numeric", weekday: "short" });

/** Hours and minutes of a Unix time, in China, where the phones are. */
export const clock = (seconds) => CLOCK.format(new Date(seconds * 1000));

/** The day of a Unix time, in China, as a key. */
export const dayKey = (seconds) => DAY.format(new Date(seconds * 1000));

/** The day of a Unix time, in China, for people. */
export function dayName(seconds, words) {
  const now = Date.now() / 1000;
  if (dayKey(seconds) === dayKey(now)) return words.today;
  if (dayKey(seconds) === dayKey(now - 86400)) return words.yesterday;
  return LONG.format(new Date(seconds * 1000));
}

/** A size in bytes, for people. */
export function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** A text with `{name}` places filled in. */
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

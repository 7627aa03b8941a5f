// Photos, files, places and the rest of what is no plain text.

import { fill, make, size } from "./dom.js";
import { icon } from "./icons.js";
import { fileUrl } from "./sandbox.js";

/** What a message shows above its text; `null` for a plain text. */
export function mediaOf(message, { words, look }) {
  const media = message.media;
  switch (message.kind) {
    case "photo":
      return photo(message, look);
    case "document":
      return row(media.document, look);
    case "location":
      return place(media.location, null, words);
    case "venue":
      return place(media.location, media.venue, words);
    case "contact":
      return card("contact", media.contact.first_name, media.contact.phone_number);
    case "sticker":
      return make("div", { class: "sticker" }, media.sticker.emoji);
    case "voice":
      return card("voice", words.kinds.voice, fill(words.seconds, { seconds: media.voice.duration }));
    case "video":
      return card("video", words.kinds.video, fill(words.seconds, { seconds: media.video.duration }));
    default:
      return null;
  }
}

function photo(message, look) {
  const sizes = message.media.photo;
  const largest = sizes[sizes.length - 1];
  const shown = sizes.find((one) => one.width >= 320) ?? largest;
  const image = make("img", {
    src: fileUrl(shown),
    alt: message.text,
    width: shown.width,
    height: shown.height,
    loading: "lazy",
  });
  const button = make("button", { type: "button", class: "photo", onclick: () => look(fileUrl(largest)) }, image);
  if (message.media.has_media_spoiler) button.classList.add("veiled");
  return button;
}

function row(file, look) {
  const image = file.mime_type?.startsWith("image/");
  const mark = file.thumbnail
    ? make("img", { class: "file-mark", src: fileUrl(file.thumbnail), alt: "" })
    : make("span", { class: "file-mark" }, icon("file"));
  const name = make("span", { class: "file-name", title: file.file_name }, file.file_name);
  const inner = [mark, make("span", { class: "file-text" }, name, make("span", { class: "file-size" }, size(file.file_size)))];
  if (image) return make("button", { type: "button", class: "file", onclick: () => look(fileUrl(file)) }, inner);
  return make("a", { class: "file", href: fileUrl(file), download: file.file_name }, inner);
}

function place(location, venue, words) {
  const numbers = `${location.latitude.toFixed(5)}, ${location.longitude.toFixed(5)}`;
  const map = make("span", { class: "map" }, icon("pin"));
  const text = venue
    ? [make("b", {}, venue.title), make("span", {}, venue.address)]
    : [make("b", {}, words.kinds.location)];
  return make("div", { class: "place" }, map, make("span", { class: "place-text" }, text, make("span", { class: "numbers" }, numbers)));
}

const card = (name, title, text) =>
  make(
    "div",
    { class: "file" },
    make("span", { class: "file-mark" }, icon(name)),
    make("span", { class: "file-text" }, make("span", { class: "file-name" }, title), make("span", { class: "file-size" }, text)),
  );

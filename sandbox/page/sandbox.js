// Talking with the sandbox: what people do, and the stream of what changes.

export class Refused extends Error {
  constructor(code, text) {
    super(text);
    this.code = code;
  }
}

async function answered(response) {
  const body = await response.json();
  if (!response.ok) throw new Refused(body.error, body.text);
  return body;
}

/** Asks for JSON below `/sandbox`. */
export const get = async (path) => answered(await fetch(`/sandbox${path}`));

/** Does something below `/sandbox`. */
export const post = async (path, values = {}) =>
  answered(
    await fetch(`/sandbox${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(values),
    }),
  );

/** Sends files below `/sandbox`. */
export async function upload(path, files, values = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries(values)) form.append(name, value);
  for (const file of files) form.append("files", file, file.name);
  return answered(await fetch(`/sandbox${path}`, { method: "POST", body: form }));
}

/** Address of a file's content. */
export const fileUrl = (file) => `/sandbox/files/${encodeURIComponent(file.file_id)}`;

/**
 * Hears every change. The browser comes back by itself after a break and names the last event it heard, so nothing
 * is missed and nothing comes twice.
 */
export function listen({ onchange, onlost }) {
  const source = new EventSource("/sandbox/events");
  source.onmessage = (event) => {
    onlost(false);
    onchange(JSON.parse(event.data));
  };
  source.onerror = () => onlost(true);
}

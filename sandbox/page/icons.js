// Small pictures, drawn here so that nothing has to be fetched and no font has to have them.

const SHAPES = {
  attach: '<path d="M20 11.5l-8 8a5.2 5.2 0 01-7.4-7.4l8.3-8.3a3.5 3.5 0 015 5l-8.3 8.2a1.7 1.7 0 01-2.4-2.4l7.6-7.6"/>',
  send: '<path d="M4 12l16-8-5.5 16-3-6.5z"/><path d="M11.5 13.5L20 4"/>',
  menu: '<circle cx="12" cy="5.5" r="1.2"/><circle cx="12" cy="12" r="1.2"/><circle cx="12" cy="18.5" r="1.2"/>',
  commands: '<rect x="3.5" y="3.5" width="17" height="17" rx="4"/><path d="M14 7.5l-4 9"/>',
  keyboard: '<rect x="2.5" y="6" width="19" height="12" rx="2.5"/><path d="M6.5 10h.01M10 10h.01M13.6 10h.01M17.2 10h.01M8 14h8"/>',
  photo: '<rect x="3.5" y="4.5" width="17" height="15" rx="2.5"/><circle cx="9" cy="10" r="1.7"/><path d="M4 17l5-4 3.5 3 3.5-4.5 4.5 5"/>',
  file: '<path d="M13.5 3.5H7A1.5 1.5 0 005.5 5v14A1.5 1.5 0 007 20.5h10a1.5 1.5 0 001.5-1.5V8.5z"/><path d="M13.5 3.5v5h5"/>',
  pin: '<path d="M12 21s7-6.200 7-11.5a7 7 0 10-14 0C5 14.800 12 21 12 21z"/><circle cx="12" cy="9.5" r="2.5"/>',
  sticker: '<path d="M20.5 12a8.5 8.5 0 10-8.5 8.5c1.5 0 2-.8 2-2.5a4 4 0 014-4c1.700 0 2.5-.5 2.5-2z"/><path d="M9 9.5h.01M14.5 9.5h.01M8.5 14c1 1.200 2.300 1.700 3.5 1.700"/>',
  contact: '<circle cx="12" cy="8.5" r="3.5"/><path d="M5 20c.6-4 3.400-6 7-6s6.400 2 7 6"/>',
  link: '<path d="M10 14a4 4 0 005.700 0l3-3A4 4 0 0013 5.300l-1 1"/><path d="M14 10a4 4 0 00-5.700 0l-3 3a4 4 0 005.700 5.700l1-1"/>',
  down: '<path d="M6 9.5l6 6 6-6"/>',
  close: '<path d="M6 6l12 12M18 6L6 18"/>',
  block: '<circle cx="12" cy="12" r="8.5"/><path d="M6 6l12 12"/>',
  voice: '<rect x="9.5" y="3.5" width="5" height="10" rx="2.5"/><path d="M6 11.5a6 6 0 0012 0M12 17.5v3"/>',
  video: '<rect x="3" y="6" width="12" height="12" rx="2.5"/><path d="M15 11l6-3.5v9L15 13z"/>',
  open: '<path d="M13 5h6v6M19 5l-9 9"/><path d="M17 14v4a1.5 1.5 0 01-1.5 1.5h-9A1.5 1.5 0 015 18V9a1.5 1.5 0 011.5-1.5H10"/>',
  copy: '<rect x="8.5" y="8.5" width="11" height="11" rx="2"/><path d="M15.5 5.5a1.5 1.5 0 00-1.5-1.5H6A1.5 1.5 0 004.5 5.5v8A1.5 1.5 0 006 15"/>',
  plus: '<path d="M12 5v14M5 12h14"/>',
  script: '<path d="M7 4.5h10A1.5 1.5 0 0118.5 6v12a1.5 1.5 0 01-1.5 1.5H7A1.5 1.5 0 015.5 18V6A1.5 1.5 0 017 4.5z"/><path d="M9 9h6M9 12.5h6M9 16h3"/>',
};

/** An icon as an element. */
export function icon(name) {
  const holder = document.createElement("span");
  holder.className = "icon";
  holder.setAttribute("aria-hidden", "true");
  holder.innerHTML = `<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round">${SHAPES[name]}</svg>`;
  return holder;
}

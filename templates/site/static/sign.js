/* A signature drawn with a finger. Strokes are kept as numbers in the field's own units, so that they look alike on every screen. */

const form = document.querySelector("#signing");
const canvas = document.querySelector("#field");
const pen = canvas.getContext("2d");
const [width, height] = [Number(form.dataset.width), Number(form.dataset.height)];
let strokes = [];
let drawing = null;

/* The phone's own pixels: a field of 330 points may have 990. What was drawn is drawn again when the phone is turned. */
function fit() {
  const box = canvas.getBoundingClientRect();
  const ratio = globalThis.devicePixelRatio || 1;
  canvas.width = Math.round(box.width * ratio);
  canvas.height = Math.round(box.width * ratio * height / width);
  paint();
}

function paint() {
  pen.clearRect(0, 0, canvas.width, canvas.height);
  pen.lineCap = pen.lineJoin = "round";
  pen.lineWidth = canvas.width / 110;
  pen.strokeStyle = "#111";
  const scale = canvas.width / width;
  for (const stroke of strokes) {
    pen.beginPath();
    for (const [x, y] of stroke) pen.lineTo(x * scale, y * scale);
    if (stroke.length === 1) pen.lineTo(stroke[0][0] * scale + 1, stroke[0][1] * scale);
    pen.stroke();
  }
}

function place(event) {
  const box = canvas.getBoundingClientRect();
  const within = (value, most) => Math.min(Math.max(Math.round(value * most), 0), most);
  return [within((event.clientX - box.left) / box.width, width), within((event.clientY - box.top) / box.height, height)];
}

canvas.addEventListener("pointerdown", (event) => {
  if (drawing !== null) return;
  event.preventDefault();
  canvas.setPointerCapture(event.pointerId);
  drawing = event.pointerId;
  strokes.push([place(event)]);
  form.dataset.state = "ready";
  paint();
});

canvas.addEventListener("pointermove", (event) => {
  if (event.pointerId !== drawing) return;
  const stroke = strokes.at(-1);
  for (const one of event.getCoalescedEvents?.() ?? [event]) {
    const point = place(one);
    const [x, y] = stroke.at(-1);
    if (Math.abs(point[0] - x) + Math.abs(point[1] - y) > 3) stroke.push(point);
  }
  paint();
});

for (const end of ["pointerup", "pointercancel"]) {
  canvas.addEventListener(end, (event) => {
    if (event.pointerId === drawing) drawing = null;
  });
}

document.querySelector("#again").addEventListener("click", () => {
  strokes = [];
  form.dataset.state = "ready";
  paint();
});

form.noValidate = true; // the sentence for it stands on the page
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (form.dataset.state === "sending") return;
  const given = new FormData(form);
  if (!form.checkValidity() || !strokes.length) {
    form.dataset.state = "wanting";
    return;
  }
  form.dataset.state = "sending";
  const body = JSON.stringify({ record_sha256: form.dataset.record, signer: given.get("signer"), name: given.get("name"), strokes });
  try {
    const answer = await fetch(location.pathname, { method: "POST", headers: { "Content-Type": "application/json" }, body });
    const said = await answer.json();
    if (answer.ok) location.reload();
    else {
      document.querySelector("#refusal").textContent = said.sentence;
      form.dataset.state = "refused";
    }
  } catch {
    form.dataset.state = "lost";
  }
});

addEventListener("resize", fit);
fit();

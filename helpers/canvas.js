// A canvas to draw a digit on, and ten bars that follow it. Python side: canvas.py.
const SIDE = 280; // pixels of the canvas
const SENT = 112; // pixels of the picture that Python gets
const PEN = 20; // width of a stroke

function render({ model, el }) {
  el.classList.add("digit-canvas");
  const paper = make(el, "canvas", { width: SIDE, height: SIDE, tabIndex: 0 });
  paper.setAttribute("role", "img");
  paper.setAttribute("aria-label", "Draw a digit here with the mouse, a finger or a pen");
  const seen = make(el, "canvas", { width: 28, height: 28, className: "seen" });
  seen.setAttribute("role", "img");
  seen.setAttribute("aria-label", "What the network sees: the drawing as 28 by 28 pixels");
  const bars = make(el, "div", { className: "bars" });
  const rows = Array.from({ length: 10 }, (_, digit) => bar(bars, digit));
  const said = make(bars, "p", { textContent: "Draw a digit." });
  said.setAttribute("aria-live", "polite");
  const clear = make(bars, "button", { type: "button", textContent: "Clear" });
  const pen = paper.getContext("2d", { willReadFrequently: true });
  let timer = null;

  function wipe() {
    pen.fillStyle = "white";
    pen.fillRect(0, 0, SIDE, SIDE);
    model.set("pixels", []);
    model.save_changes();
  }

  function send() {
    timer = null;
    const small = document.createElement("canvas");
    small.width = small.height = SENT;
    const to = small.getContext("2d");
    to.drawImage(paper, 0, 0, SENT, SENT);
    const levels = to.getImageData(0, 0, SENT, SENT).data.filter((_, at) => at % 4 === 0);
    model.set("pixels", Array.from(levels));
    model.save_changes();
  }

  function at(event) {
    const box = paper.getBoundingClientRect();
    const zoom = SIDE / box.width;
    return [(event.clientX - box.left) * zoom, (event.clientY - box.top) * zoom];
  }

  paper.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button) return; // a second finger, the right button
    event.preventDefault();
    paper.setPointerCapture(event.pointerId);
    Object.assign(pen, { lineWidth: PEN, lineCap: "round", lineJoin: "round", strokeStyle: "black" });
    pen.beginPath();
    pen.moveTo(...at(event));
    pen.lineTo(...at(event));
    pen.stroke();
  });
  paper.addEventListener("pointermove", (event) => {
    if (!paper.hasPointerCapture(event.pointerId)) return;
    pen.lineTo(...at(event));
    pen.stroke();
    timer ??= setTimeout(send, 100);
  });
  paper.addEventListener("pointerup", () => { timer ??= setTimeout(send, 0); });
  paper.addEventListener("keydown", (event) => { if (event.key === "Escape") wipe(); });
  clear.addEventListener("click", wipe);

  function show() {
    const { digit, probabilities, picture } = model.get("answer");
    rows.forEach((row, n) => {
      const p = probabilities ? probabilities[n] : 0;
      row.fill.style.width = `${100 * p}%`;
      row.value.textContent = probabilities ? percent(p) : "";
      row.line.classList.toggle("best", n === digit);
    });
    said.textContent = probabilities ? `It reads ${digit}.` : "Draw a digit.";
    const dots = seen.getContext("2d");
    const image = dots.createImageData(28, 28);
    for (let n = 0; n < 784; n++) {
      image.data.fill(picture ? 255 * picture[n] : 0, 4 * n, 4 * n + 3);
      image.data[4 * n + 3] = 255;
    }
    dots.putImageData(image, 0, 0);
  }

  model.on("change:answer", show);
  wipe();
  show();
  return () => { clearTimeout(timer); model.off("change:answer", show); };
}

function percent(p) {
  const text = (100 * p).toFixed(1);
  return text === "100.0" ? ">99.9%" : `${text}%`; // a softmax is never sure
}

function make(parent, kind, properties) {
  const element = Object.assign(document.createElement(kind), properties);
  parent.append(element);
  return element;
}

function bar(parent, digit) {
  const line = make(parent, "div", { className: "bar" });
  make(line, "span", { textContent: digit, className: "name" });
  const fill = make(make(line, "span", { className: "track" }), "span", { className: "fill" });
  const value = make(line, "span", { className: "value" });
  return { line, fill, value };
}

export default { render };

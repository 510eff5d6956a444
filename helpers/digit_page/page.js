// The drawing area: strokes by mouse, finger, pen or keyboard.
"use strict";

const SIZE = 280; // the drawing's own unit: ten for each of the network's pixels
const WIDTH = 24; // of a line on the screen
const STEP = SIZE / 28; // of the keyboard's pen
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const weights = readWeights(DIGIT_WEIGHTS);
const canvas = part("drawing");
const screenPen = canvas.getContext("2d");
const held = new Set(); // arrow keys
let strokes = []; // lists of points {x, y}
let pointer = null; // the one that draws
let keyPen = null; // {x, y, down} once the keyboard is used
let wanted = 0; // the next frame, where one is wanted
let talk = 0; // the timer of the next announcement
let animation = 0;

buildAnswer();
show();
announce();

/** Draw all anew in the next frame, and say what is read when the hand has rested a moment. */
function changed() {
  wanted ||= requestAnimationFrame(show);
  clearTimeout(talk);
  talk = setTimeout(announce, 350);
}

function show() {
  wanted = 0;
  showDrawing();
  const picture = prepareDigit(strokes, SIZE);
  showAnswer(picture, picture && lenetForward(picture, weights));
  part("undo").disabled = part("clear").disabled = !strokes.length;
  part("invitation").hidden = strokes.length > 0 || keyPen !== null;
}

function announce() {
  const picture = prepareDigit(strokes, SIZE);
  say(sentenceFor(picture && lenetForward(picture, weights).probabilities));
}

function say(sentence) {
  if (part("sentence").textContent !== sentence) part("sentence").textContent = sentence;
}

function showDrawing() {
  const zoom = canvas.width / SIZE;
  const style = getComputedStyle(document.documentElement);
  screenPen.setTransform(zoom, 0, 0, zoom, 0, 0);
  screenPen.clearRect(0, 0, SIZE, SIZE);
  screenPen.strokeStyle = style.getPropertyValue("--grid");
  screenPen.lineWidth = 1 / zoom;
  screenPen.beginPath();
  for (let line = STEP; line < SIZE; line += STEP) {
    screenPen.moveTo(line, 0);
    screenPen.lineTo(line, SIZE);
    screenPen.moveTo(0, line);
    screenPen.lineTo(SIZE, line);
  }
  screenPen.stroke();
  screenPen.strokeStyle = style.getPropertyValue("--ink");
  screenPen.lineWidth = WIDTH;
  for (const stroke of strokes) drawStroke(screenPen, stroke);
  if (keyPen) showKeyPen(style);
}

/** Show where the keyboard's pen is: a ring, filled while it is down. */
function showKeyPen(style) {
  screenPen.beginPath();
  screenPen.arc(keyPen.x, keyPen.y, WIDTH / 2, 0, 2 * Math.PI);
  screenPen.strokeStyle = screenPen.fillStyle = style.getPropertyValue("--winner");
  screenPen.lineWidth = 3;
  screenPen.stroke();
  if (keyPen.down) screenPen.fill();
}

function clear() {
  cancelAnimationFrame(animation);
  strokes = [];
  if (keyPen) keyPen.down = false;
  changed();
}

function undo() {
  cancelAnimationFrame(animation);
  strokes.pop();
  if (keyPen) keyPen.down = false;
  changed();
}

/** Write an example, point by point, or at once where less motion is wanted. */
function drawExample() {
  clear();
  keyPen = null;
  const example = exampleStrokes(Math.floor(10 * Math.random()), SIZE);
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
    strokes = example;
    changed();
    return;
  }
  const points = example.flatMap((stroke, n) => stroke.map((point) => [n, point]));
  const start = performance.now();
  const write = (now) => {
    const count = Math.min(points.length, 1 + Math.floor((now - start) / 45));
    strokes = example.map(() => []);
    for (const [n, point] of points.slice(0, count)) strokes[n].push(point);
    strokes = strokes.filter((stroke) => stroke.length);
    changed();
    if (count < points.length) animation = requestAnimationFrame(write);
  };
  animation = requestAnimationFrame(write);
}

/** Return where on the drawing an event of the pointer is. */
function placeOf(event) {
  const box = canvas.getBoundingClientRect();
  return {
    x: ((event.clientX - box.left) / box.width) * SIZE,
    y: ((event.clientY - box.top) / box.height) * SIZE,
  };
}

canvas.addEventListener("pointerdown", (event) => {
  if (pointer !== null || event.button) return;
  cancelAnimationFrame(animation);
  pointer = event.pointerId;
  canvas.setPointerCapture(pointer);
  keyPen = null;
  strokes.push([placeOf(event)]);
  changed();
});

canvas.addEventListener("pointermove", (event) => {
  if (event.pointerId !== pointer) return;
  const events = event.getCoalescedEvents?.() ?? [];
  for (const each of events.length ? events : [event]) strokes.at(-1)?.push(placeOf(each));
  changed();
});

for (const kind of ["pointerup", "pointercancel"])
  canvas.addEventListener(kind, (event) => {
    if (event.pointerId === pointer) pointer = null;
  });

canvas.addEventListener("keydown", (event) => {
  if (event.altKey) return;
  const undoKeys = event.ctrlKey || event.metaKey ? event.key === "z" : event.key === "Backspace";
  if (undoKeys) undo();
  else if (event.ctrlKey || event.metaKey) return;
  else if (event.key === "Delete") clear();
  else if (event.key === " " && !event.repeat) turnKeyPen();
  else if (event.key in ARROWS) moveKeyPen(event.key);
  else if (event.key !== " ") return;
  event.preventDefault();
});

canvas.addEventListener("keyup", (event) => held.delete(event.key));
canvas.addEventListener("blur", () => {
  held.clear();
  keyPen = null;
  changed();
});

function useKeyPen() {
  keyPen ||= { x: SIZE / 2, y: SIZE / 2, down: false };
  return keyPen;
}

function turnKeyPen() {
  const pen = useKeyPen();
  pen.down = !pen.down;
  if (pen.down) strokes.push([{ x: pen.x, y: pen.y }]);
  changed();
  say(pen.down ? "Pen down." : "Pen up.");
}

function moveKeyPen(key) {
  const pen = useKeyPen();
  held.add(key);
  const inside = (value) => Math.min(Math.max(value, WIDTH / 2), SIZE - WIDTH / 2);
  for (const [right, down] of [...held].map((each) => ARROWS[each])) {
    pen.x = inside(pen.x + right * STEP);
    pen.y = inside(pen.y + down * STEP);
  }
  if (pen.down) strokes.at(-1).push({ x: pen.x, y: pen.y });
  changed();
}

part("undo").addEventListener("click", undo);
part("clear").addEventListener("click", clear);
part("example").addEventListener("click", drawExample);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);

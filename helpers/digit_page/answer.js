// Shows what the network says: the digit, its probabilities, and the values of its layers.
"use strict";

const SURE = 0.8; // below this the page says that the network is not sure
const LAYERS = [
  ["input", "Input, 28 × 28", "What the network sees: your digit, fitted and centred as in MNIST."],
  ["C1", "C1, convolution", "Six kernels of 5 × 5 look for edges and strokes."],
  ["S2", "S2, pooling", "Of each 2 × 2 values, the largest stays."],
  ["C3", "C3, convolution", "Sixteen kernels combine the six maps into parts of digits."],
  ["S4", "S4, pooling", "Sixteen maps of 5 × 5: 400 numbers are left."],
  ["C5", "C5, 120 units", "Each weighs all 400 numbers."],
  ["F6", "F6, 84 units", "Each weighs all 120. The ten probabilities above weigh these 84."],
];
const MAPS = { input: [1, 28, 28], C1: [6, 28, 28], S2: [6, 14, 14], C3: [16, 10, 10],
  S4: [16, 5, 5], C5: [1, 3, 40], F6: [1, 2, 42] };

const part = (id) => document.getElementById(id);

/** Fill the page with ten empty bars and the empty maps of all layers. */
function buildAnswer() {
  for (let digit = 0; digit < 10; digit++) {
    const bar = element("li", "", [
      element("span", "", [String(digit)]),
      element("span", "track", [element("span", "bar")]),
      element("span", "share", ["–"]),
    ]);
    part("bars").append(bar);
  }
  for (const [name, title, text] of LAYERS) {
    const [count, rows, columns] = MAPS[name];
    const maps = element("div", `maps ${name}`);
    maps.setAttribute("aria-hidden", "true");
    for (let m = 0; m < count; m++) {
      const canvas = element("canvas");
      [canvas.width, canvas.height] = [columns, rows];
      maps.append(canvas);
    }
    const words = element("div", "", [element("h3", "", [title]), element("p", "", [text])]);
    part("layers").append(element("div", "layer", [words, maps]));
  }
}

/** Show a picture and the values of all layers; null shows an empty page. */
function showAnswer(picture, values) {
  const p = values ? values.probabilities : null;
  const best = p ? p.indexOf(Math.max(...p)) : null;
  document.body.classList.toggle("empty", !p);
  part("digit").textContent = p ? best : "?";
  part("second").textContent = p ? secondThought(p, best) : "Its ten probabilities appear below.";
  [...part("bars").children].forEach((bar, digit) => {
    bar.classList.toggle("most", digit === best);
    bar.querySelector(".bar").style.width = p ? `${100 * p[digit]}%` : "0";
    bar.querySelector(".share").textContent = p ? percent(p[digit]) : "–";
  });
  const maps = values && { ...values, input: picture.map((row) => row.map((pixel) => [pixel])) };
  for (const [name] of LAYERS) showMaps(name, maps && maps[name]);
}

/** Return what a screen reader is told, and what stands beside the digit. */
function sentenceFor(p) {
  if (!p) return "Nothing is drawn yet.";
  const best = p.indexOf(Math.max(...p));
  return `This ${p[best] >= SURE ? "is" : "may be"} ${named(best)}.`;
}

function secondThought(p, best) {
  const others = p.map((share, digit) => [share, digit]).filter(([, digit]) => digit !== best);
  const [share, digit] = others.sort((a, b) => b[0] - a[0])[0];
  if (p[best] >= SURE) return `Probability ${percent(p[best])}.`;
  return `Probability ${percent(p[best])}; or ${named(digit)}, ${percent(share)}.`;
}

function named(digit) {
  return digit === 8 ? "an 8" : `a ${digit}`;
}

function percent(share) {
  const text = (100 * share).toFixed(1);
  return text === "100.0" ? ">99.9%" : `${text}%`; // a softmax is never sure
}

/** Colour the maps of a layer, from the page's colour of 0 to that of the layer's largest value. */
function showMaps(name, value) {
  const [, rows, columns] = MAPS[name];
  const [low, high] = [colour("--map-low"), colour("--map-high")];
  const largest = value ? Math.max(...value.flat(2), 1e-9) : 1;
  document.querySelectorAll(`.${name} canvas`).forEach((canvas, m) => {
    const pen = canvas.getContext("2d");
    const image = pen.createImageData(columns, rows);
    for (let n = 0; n < rows * columns; n++) {
      const [i, j] = [Math.floor(n / columns), n % columns];
      const number = value ? (Array.isArray(value[0]) ? value[i][j][m] : value[n]) : 0;
      const share = Math.sqrt(number / largest); // the square root shows small values too
      low.forEach((level, c) => (image.data[4 * n + c] = level + share * (high[c] - level)));
      image.data[4 * n + 3] = 255;
    }
    pen.putImageData(image, 0, 0);
  });
}

/** Return one of the colours of style.css as three numbers from 0 to 255. */
function colour(name) {
  const hex = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  return [1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16));
}

function element(tag, className = "", children = []) {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...children);
  return made;
}

// LeNet's forward pass, as in lesson 04. Maps are nested lists: x[row][column][channel].
"use strict";

/** Return the values of all layers for a picture of 28 rows of 28 numbers from 0 to 1. */
function lenetForward(picture, [W1, b1, W3, b3, W5, b5, W6, b6, W7, b7]) {
  const x = picture.map((row) => row.map((pixel) => [pixel]));
  const C1 = relu(convolution(x, W1, b1, 2));
  const S2 = maxPool(C1);
  const C3 = relu(convolution(S2, W3, b3, 0));
  const S4 = maxPool(C3);
  const C5 = relu(dense(S4.flat(2), W5, b5));
  const F6 = relu(dense(C5, W6, b6));
  return { C1, S2, C3, S4, C5, F6, probabilities: softmax(dense(F6, W7, b7)) };
}

/** Slide k x k kernels W[u][v][channel][map] over x, framed by zeros, and add the biases b[map]. */
function convolution(x, W, b, padding) {
  const framed = pad(x, padding);
  const k = W.length;
  return grid(framed.length - k + 1, framed[0].length - k + 1, (i, j) => {
    const z = b.slice();
    for (let u = 0; u < k; u++)
      for (let v = 0; v < k; v++)
        framed[i + u][j + v].forEach((pixel, c) => addProducts(z, pixel, W[u][v][c]));
    return z;
  });
}

/** Weigh the inputs x[n] by W[n][m], add them up, and add the biases b[m]. */
function dense(x, W, b) {
  const z = b.slice();
  x.forEach((input, n) => addProducts(z, input, W[n]));
  return z;
}

/** Keep the largest of each 2 x 2 values, map by map. */
function maxPool(a) {
  return grid(a.length / 2, a[0].length / 2, (i, j) =>
    a[2 * i][2 * j].map((_, m) =>
      Math.max(
        a[2 * i][2 * j][m], a[2 * i][2 * j + 1][m],
        a[2 * i + 1][2 * j][m], a[2 * i + 1][2 * j + 1][m],
      ),
    ),
  );
}

function relu(z) {
  return Array.isArray(z) ? z.map(relu) : Math.max(z, 0);
}

function softmax(z) {
  const largest = Math.max(...z); // keeps exp() finite
  const e = z.map((value) => Math.exp(value - largest));
  const sum = e.reduce((a, b) => a + b);
  return e.map((value) => value / sum);
}

/** z[m] += input * w[m] */
function addProducts(z, input, w) {
  for (let m = 0; m < w.length; m++) z[m] += input * w[m];
}

/** Return x with a frame of zeros. */
function pad(x, padding) {
  const zeros = x[0][0].map(() => 0);
  return grid(x.length + 2 * padding, x[0].length + 2 * padding, (i, j) => {
    const row = x[i - padding];
    return (row && row[j - padding]) || zeros;
  });
}

/** Return rows x columns values: value(i, j). */
function grid(rows, columns, value) {
  return Array.from({ length: rows }, (_, i) =>
    Array.from({ length: columns }, (_, j) => value(i, j)),
  );
}

/** Return the weights as nested lists, from the numbers and shapes in weights.js. */
function readWeights({ shapes, base64 }) {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  let place = 0;
  const nested = ([length, ...inner]) =>
    Array.from({ length }, () => {
      if (inner.length) return nested(inner);
      place += 4;
      return view.getFloat32(place - 4, true);
    });
  return shapes.map(nested);
}

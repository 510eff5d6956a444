// From strokes to the picture that the network expects, made as MNIST's were: cropped, fitted into
// 20 x 20 pixels with its proportions kept, and centred by its mass in 28 x 28.
"use strict";

const SIDE = 28; // pixels of the picture
const BOX = 20; // pixels into which the digit fits
const PEN = 2.6; // width of a stroke in pixels, as in most of MNIST's digits
const DETAIL = 10; // each pixel is the mean of 10 x 10 finer ones
const SMALLEST = 0.1; // share of the drawing; what is smaller is not enlarged to fill the box

/**
 * Return 28 rows of 28 numbers, 0 for paper to 1 for ink; null where nothing is drawn.
 *
 * strokes: lists of points {x, y}, in any unit; size: the side of the drawing in that unit. The
 * strokes are drawn anew at their final size, so that their width does not depend on how large the
 * digit was drawn.
 */
function prepareDigit(strokes, size) {
  const points = strokes.flat();
  if (!points.length) return null;
  const fine = drawFitted(strokes, points, size);
  return centreByMass(meanOfBlocks(fine));
}

/** Draw the strokes into a box of 20 x 20 pixels in the middle of the fine grid. */
function drawFitted(strokes, points, size) {
  const [left, right] = range(points.map((point) => point.x));
  const [top, bottom] = range(points.map((point) => point.y));
  const extent = Math.max(right - left, bottom - top, SMALLEST * size);
  const zoom = ((BOX - PEN) * DETAIL) / extent;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE * DETAIL;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.lineWidth = PEN * DETAIL;
  pen.translate(canvas.width / 2, canvas.width / 2);
  const place = (point) => ({
    x: (point.x - (left + right) / 2) * zoom,
    y: (point.y - (top + bottom) / 2) * zoom,
  });
  for (const stroke of strokes) drawStroke(pen, stroke.map(place));
  return pen.getImageData(0, 0, canvas.width, canvas.width).data;
}

/** Draw a smooth line through points {x, y}; a single point gives a dot. */
function drawStroke(pen, points) {
  pen.lineCap = pen.lineJoin = "round";
  pen.beginPath();
  pen.moveTo(points[0].x, points[0].y);
  for (let n = 1; n < points.length - 1; n++) {
    const [here, next] = [points[n], points[n + 1]];
    pen.quadraticCurveTo(here.x, here.y, (here.x + next.x) / 2, (here.y + next.y) / 2);
  }
  const last = points[points.length - 1];
  pen.lineTo(last.x + 0.01, last.y); // of no length at all, nothing would be drawn
  pen.stroke();
}

/** Return 28 x 28 means of the ink in blocks of 10 x 10 fine pixels; ink is the fourth channel. */
function meanOfBlocks(fine) {
  const sums = grid(SIDE, SIDE, () => 0);
  for (let i = 0; i < SIDE * DETAIL; i++)
    for (let j = 0; j < SIDE * DETAIL; j++)
      sums[Math.floor(i / DETAIL)][Math.floor(j / DETAIL)] += fine[4 * (i * SIDE * DETAIL + j) + 3];
  return sums.map((row) => row.map((sum) => sum / (255 * DETAIL * DETAIL)));
}

/** Move a picture by whole pixels, so that its centre of mass comes to the middle. */
function centreByMass(picture) {
  let [mass, down, right] = [0, 0, 0];
  picture.forEach((row, i) =>
    row.forEach((ink, j) => {
      mass += ink;
      down += ink * i;
      right += ink * j;
    }),
  );
  const middle = (SIDE - 1) / 2;
  const [rows, columns] = [Math.round(middle - down / mass), Math.round(middle - right / mass)];
  return grid(SIDE, SIDE, (i, j) => picture[i - rows]?.[j - columns] ?? 0);
}

function range(numbers) {
  return [Math.min(...numbers), Math.max(...numbers)];
}

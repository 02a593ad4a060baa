import { type Colors, css, imageOf } from '../shared/colors.ts';
import type { Drawing } from '../shared/use-canvas.ts';
import { featuresOf, gridPoints } from './features.ts';
import { type FeatureName, GRID, type LabeledPoint, type LayerWeights, RANGE } from './messages.ts';

/** A network to draw: its structure, and what it computes once it runs. */
export interface DrawnNetwork {
  readonly features: readonly FeatureName[];
  /** Units of each layer; the last layer has one. */
  readonly units: readonly number[];
  readonly weights: readonly LayerWeights[];
  readonly maps: readonly (readonly Float32Array[])[];
}

/** Width of the names of features. */
const LABELS = 42;

/** Draws the units of all layers, each with a map of its outputs, and the weights between them. */
export function drawNetwork(
  { context, width, height, colors }: Drawing,
  { features, units, weights, maps }: DrawnNetwork,
): void {
  const columns = [features.length, ...units];
  const rows = Math.max(...columns);
  const size = Math.floor(Math.min(40, (width - LABELS) / columns.length / 1.45, height / rows - 6));
  const at = (column: number, row: number) => ({
    x: LABELS + ((width - LABELS - size - 2) * column) / (columns.length - 1),
    y: (height * (row + 0.5)) / columns[column] - size / 2,
  });

  for (const [layer, { kernel, units: outputs }] of weights.entries()) {
    if (outputs !== units[layer] || kernel.length !== columns[layer] * outputs) continue;
    for (const [i, weight] of kernel.entries()) {
      const [from, to] = [at(layer, Math.floor(i / outputs)), at(layer + 1, i % outputs)];
      const [left, right] = [from.x + size, to.x];
      context.beginPath();
      context.moveTo(left, from.y + size / 2);
      const middle = (left + right) / 2;
      context.bezierCurveTo(middle, from.y + size / 2, middle, to.y + size / 2, right, to.y + size / 2);
      context.strokeStyle = css(weight > 0 ? colors.positive : colors.negative, 0.8);
      context.lineWidth = Math.min(6, 0.2 + 1.6 * Math.abs(weight));
      context.stroke();
    }
  }

  context.font = '13px system-ui, sans-serif';
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (const [column, count] of columns.entries()) {
    for (let row = 0; row < count; row++) {
      const { x, y } = at(column, row);
      const values = column === 0 ? featureMap(features[row]) : maps[column - 1]?.[row];
      drawMap(context, values, { x, y, size }, column === columns.length - 1, colors);
      if (column > 0) continue;
      context.fillStyle = css(colors.text);
      context.fillText(features[row], LABELS - 5, y + size / 2);
    }
  }
}

const featureMaps = new Map<FeatureName, Float32Array>();

/** Returns the values of a feature on the grid. */
function featureMap(name: FeatureName): Float32Array {
  const known = featureMaps.get(name);
  if (known !== undefined) return known;
  const map = featuresOf(gridPoints, [name]);
  featureMaps.set(name, map);
  return map;
}

function drawMap(
  context: CanvasRenderingContext2D,
  values: Float32Array | undefined,
  { x, y, size }: { readonly x: number; readonly y: number; readonly size: number },
  isProbability: boolean,
  colors: Colors,
): void {
  context.fillStyle = css(colors.background);
  context.fillRect(x, y, size, size);
  if (values !== undefined) context.drawImage(signedImage(values, isProbability, 0.85, colors), x, y, size, size);
  context.strokeStyle = css(colors.text, 0.6);
  context.lineWidth = 1;
  context.strokeRect(x + 0.5, y + 0.5, size, size);
}

/**
 * Returns an image of the outputs of a unit, from the color of -1 to that of 1.
 *
 * @param strength part of the full colors, from 0 to 1
 */
function signedImage(
  values: Float32Array,
  isProbability: boolean,
  strength: number,
  colors: Colors,
): HTMLCanvasElement {
  const signed = isProbability ? values.map((p) => 2 * p - 1) : values;
  const largest = signed.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  return imageOf(signed, GRID, strength / largest, colors);
}

/**
 * Draws the outputs of a unit in the square, and points. Points of the test have no filling.
 *
 * @param values outputs of the unit on the grid; undefined before the start
 */
export function drawPlane(
  { context, width, height, colors }: Drawing,
  values: Float32Array | undefined,
  isProbability: boolean,
  train: readonly LabeledPoint[],
  test: readonly LabeledPoint[],
): void {
  context.fillStyle = css(colors.background);
  context.fillRect(0, 0, width, height);
  // Pale, so that the points stand out.
  if (values !== undefined) {
    context.drawImage(signedImage(values, isProbability, 0.5, colors), 0, 0, width, height);
  }
  const point = ({ x, y, label }: LabeledPoint, isFilled: boolean) => {
    context.beginPath();
    context.arc((width * (x / RANGE + 1)) / 2, (height * (1 - y / RANGE)) / 2, isFilled ? 3.5 : 4, 0, 2 * Math.PI);
    const color = css(label === 1 ? colors.positive : colors.negative);
    context.fillStyle = isFilled ? color : css(colors.background);
    context.fill();
    context.lineWidth = isFilled ? 1.2 : 1.8;
    context.strokeStyle = isFilled ? css(colors.background) : color;
    context.stroke();
  };
  for (const each of test) point(each, false);
  for (const each of train) point(each, true);
}

import type { HostArray } from '@manabi/ir';
import { type ElementText, elementText } from './digits.ts';

/** Settings of the text of an array: see `ArrayTextOptions`. */
export interface ArrayTextSettings {
  readonly precision: number;
  readonly threshold: number;
  readonly edgeItems: number;
  readonly lineWidth: number;
}

/** NumPy's defaults. */
export const DEFAULTS: ArrayTextSettings = { precision: 8, threshold: 1000, edgeItems: 3, lineWidth: 75 };

/** Returns the text of an array: see `formatArray`. */
export function arrayText(array: HostArray, settings: ArrayTextSettings): string {
  const { dtype, shape, data } = array;
  const { precision, threshold, edgeItems, lineWidth } = settings;
  if (data.length === 0) return '[]';
  const edge = data.length > threshold ? edgeItems : Number.POSITIVE_INFINITY;
  const layout: Layout = { array, edge, text: String, strides: stridesOf(shape) };
  const shown: number[] = [];
  visit(layout, 0, 0, (offset) => shown.push(data[offset]));
  return lines({ ...layout, text: elementText(dtype, shown, precision) }, 0, 0, ' ', lineWidth);
}

interface Layout {
  readonly array: HostArray;
  /** Number of elements shown at each end of an axis. */
  readonly edge: number;
  readonly text: ElementText;
  readonly strides: readonly number[];
}

function stridesOf(shape: readonly number[]): readonly number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((size, length) => size * length, 1));
}

/** Returns the indices to show along an axis, with null for those that are left out. */
function shownIndices({ array, edge }: Layout, axis: number): readonly (number | null)[] {
  const length = array.shape[axis];
  if (length <= 2 * edge) return Array.from({ length }, (_, i) => i);
  const first = Array.from({ length: edge }, (_, i) => i);
  return [...first, null, ...first.map((i) => length - edge + i)];
}

function visit(layout: Layout, axis: number, offset: number, element: (offset: number) => void): void {
  if (axis === layout.array.shape.length) {
    element(offset);
    return;
  }
  for (const index of shownIndices(layout, axis)) {
    if (index !== null) visit(layout, axis + 1, offset + index * layout.strides[axis], element);
  }
}

/**
 * Returns the text of a part of an array.
 *
 * @param indent spaces before each line but the first
 */
function lines(layout: Layout, axis: number, offset: number, indent: string, width: number): string {
  const { array, text, strides } = layout;
  const rest = array.shape.length - axis;
  if (rest === 0) return text(array.data[offset]);
  const at = (index: number | null): string =>
    index === null ? '...' : lines(layout, axis + 1, offset + index * strides[axis], `${indent} `, width - 1);
  const items = shownIndices(layout, axis).map(at);
  if (rest > 1) return `[${items.join(`,${'\n'.repeat(rest - 1)}${indent}`)}]`;
  let [before, line] = ['', indent];
  items.forEach((item, i) => {
    if (line.length + item.length > width - 1 && line.length > indent.length) {
      before += `${line.trimEnd()}\n`;
      line = indent;
    }
    line += i + 1 < items.length ? `${item}, ` : item;
  });
  return `[${`${before}${line}`.slice(indent.length)}]`;
}

/** The part of a tensor that is printed. */
export interface Printable extends Pick<HostArray, 'dtype' | 'shape'> {
  data(): Promise<HostArray['data']>;
  array(): Promise<unknown>;
  toString(): string;
}

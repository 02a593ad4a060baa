import type { OpName } from '@manabi/ir';
import type { LazyNode } from '../lazy/value.ts';

/** Approximate number of operators per slice. Compile time grows faster than linearly. */
const TARGET = 96;

/** Largest number of operators in the body of a loop that is detected. */
const LONGEST_PERIOD = 4096;

/**
 * Divides a long list of operators, in order of creation, into slices that run one after the other. If a loop of the
 * program created the operators, every slice starts at the same point of the loop body. All slices then have the same
 * structure and share one plan. The point is the one at which the fewest values pass from one slice to the next.
 *
 * @returns `points`: positions in the list at which slices start and end, from 0 to its length; `period`: number of
 * operators in one iteration of the loop, or 0 if no loop is detected
 */
export function slicePoints(nodes: readonly LazyNode[]): {
  readonly points: readonly number[];
  readonly period: number;
} {
  const sources = sourcesOf(nodes);
  const kinds = kindsOf(nodes, sources);
  const period = periodOf(kinds);
  const stride = period === 0 ? TARGET : period * Math.max(1, Math.round(TARGET / period));
  const first = period === 0 ? 0 : firstPoint(kinds, sources, period);
  const points = [0];
  for (let point = first; point < nodes.length; point += stride) if (point > 0) points.push(point);
  points.push(nodes.length);
  return { points, period };
}

/**
 * Returns for each operator the positions in the list of the operators that compute its operands; -1 for an operand
 * that none of them computes.
 */
function sourcesOf(nodes: readonly LazyNode[]): readonly (readonly number[])[] {
  const positions = new Map<LazyNode, number>();
  return nodes.map((node, i) => {
    positions.set(node, i);
    return node.operands.map(({ origin }) => (origin.kind === 'node' ? (positions.get(origin.node) ?? -1) : -1));
  });
}

const opNumbers = new Map<OpName, number>();

/**
 * Returns a hash for each operator: of its name, the shapes of its results, and the distances in the list to the
 * operators that compute its operands. Corresponding operators of two loop iterations have equal hashes.
 */
function kindsOf(nodes: readonly LazyNode[], sources: readonly (readonly number[])[]): Int32Array {
  return Int32Array.from(nodes, ({ template: { op }, results }, i) => {
    let kind = opNumbers.get(op) ?? opNumbers.size + 1;
    opNumbers.set(op, kind);
    const mix = (part: number): void => {
      kind = (Math.imul(kind, 0x01000193) ^ part) | 0;
    };
    for (const { type } of results) for (const length of type.shape) mix(length);
    for (const source of sources[i]) mix(source < 0 ? -1 : i - source);
    return kind;
  });
}

/**
 * Returns the end of the part of the list in which loops are searched. The last iterations in the list may be
 * incomplete: operators whose results are not needed yet are missing.
 */
const matureEnd = (count: number): number => Math.floor(count * 0.75);

/**
 * Returns the length of the shortest sequence of operators that occurs three times in a row just before `matureEnd`; 0
 * if there is no such sequence.
 */
function periodOf(kinds: Int32Array): number {
  const end = matureEnd(kinds.length);
  const repeats = (period: number): boolean => {
    for (let i = end - 1; i >= end - 2 * period; i--) if (kinds[i] !== kinds[i - period]) return false;
    return true;
  };
  const longest = Math.min(LONGEST_PERIOD, Math.floor(end / 3));
  for (let period = 1; period <= longest; period++) if (repeats(period)) return period;
  return 0;
}

/**
 * Returns the first position at which to divide the operators of a loop: the point of the loop body at which the fewest
 * values pass to later operators.
 */
function firstPoint(kinds: Int32Array, sources: readonly (readonly number[])[], period: number): number {
  const end = matureEnd(kinds.length);
  const begin = end - 2 * period;
  const lastRead = new Map<number, number>();
  for (let i = begin; i < end; i++) for (const source of sources[i]) if (source >= begin) lastRead.set(source, i);
  const crossing = new Int32Array(period);
  for (const [made, read] of lastRead) {
    if (made >= begin + period) continue;
    for (let point = made + 1; point <= read; point++) crossing[point % period]++;
  }
  let best = 0;
  for (let point = 1; point < period; point++) {
    const difference = crossing[point] - crossing[best] || compareFrom(kinds, end, period, point, best);
    if (difference < 0) best = point;
  }
  return best;
}

/**
 * Compares two points of a loop body by the hashes of the operators after them. The order of points therefore does not
 * depend on where the list starts.
 */
function compareFrom(kinds: Int32Array, end: number, period: number, one: number, other: number): number {
  const start = (point: number): number => {
    const begin = end - 2 * period;
    return begin + ((((point - begin) % period) + period) % period);
  };
  for (let i = 0; i < period; i++) {
    const difference = kinds[start(one) + i] - kinds[start(other) + i];
    if (difference !== 0) return difference;
  }
  return 0;
}

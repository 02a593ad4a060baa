import type { OpName } from '@manabi/ir';
import type { LazyNode } from '../lazy/value.ts';

/** About how many operators a slice has: compiling takes longer than proportionally for more. */
const TARGET = 96;

/** Longest loop body that is found. */
const LONGEST_PERIOD = 4096;

/**
 * Where to divide a long list of operators, in the order in which they were made, so that each slice can run by itself.
 * What a loop of the program made is divided between the same two operators of its body each time, so that all slices
 * are built alike and share one plan, and where the fewest values pass from one slice to the next.
 *
 * @returns positions in the list, from 0 up to its length, and how many operators one turn of the loop makes (0 if there is
 * no loop)
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

/** For each operator, the positions of those in the list that make its operands; -1 for other operands. */
function sourcesOf(nodes: readonly LazyNode[]): readonly (readonly number[])[] {
  const positions = new Map<LazyNode, number>();
  return nodes.map((node, i) => {
    positions.set(node, i);
    return node.operands.map(({ origin }) => (origin.kind === 'node' ? (positions.get(origin.node) ?? -1) : -1));
  });
}

const opNumbers = new Map<OpName, number>();

/** A number for each operator: equal for those that are built alike, and how far away their operands are made. */
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

/** The end of the part in which a loop is looked for: the last turns lack what nobody needs yet. */
const matureEnd = (count: number): number => Math.floor(count * 0.75);

/** The shortest sequence that repeats three times up to the end of the mature part; 0 if none does. */
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

/** The first position between two turns of the loop: where the fewest values are made before that are read after it. */
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

/** Orders two positions of a loop by what is made there: the same operators win, wherever the list begins. */
function compareFrom(kinds: Int32Array, end: number, period: number, one: number, other: number): number {
  const turn = (point: number): number => {
    const begin = end - 2 * period;
    return begin + ((((point - begin) % period) + period) % period);
  };
  for (let i = 0; i < period; i++) {
    const difference = kinds[turn(one) + i] - kinds[turn(other) + i];
    if (difference !== 0) return difference;
  }
  return 0;
}

import type { TensorType } from '@manabi/ir';
import { checkDepth, isRecord } from '../structure.ts';
import { type Pattern, shapeGiven, tracedWith } from './pattern.ts';

/**
 * Returns the number of rows to which a batch is padded by default: one of a few numbers, so that few plans are
 * compiled. The padding is at most the larger of 3 rows and half of the batch.
 */
export function paddedSize(rows: number): number {
  if (rows <= 2) return rows;
  const octave = 2 ** Math.floor(Math.log2(rows));
  const steps = octave < 8 ? 1 : octave < 32 ? 2 : 4;
  return Math.ceil(rows / (octave / steps)) * (octave / steps);
}

/**
 * Returns the number of rows that all tensors in the batched arguments have. Returns null if they have different
 * numbers of rows, or if one is a scalar.
 */
export function rowsOf(pattern: Pattern, batched: readonly number[]): number | null {
  if (batched.length === 0 || pattern.kind !== 'list') return null;
  let rows: number | null = null;
  for (const position of batched) {
    for (const data of tracedWith(pattern.items[position])) {
      const shape = typeof data === 'number' ? [] : data.type.shape;
      if (shape.length === 0 || (rows !== null && rows !== shape[0])) return null;
      rows = shape[0];
    }
  }
  return rows;
}

/**
 * Returns the number of rows of the first tensor in the batched arguments of a call, or null if they contain no tensor.
 */
export function firstRows(args: readonly unknown[], batched: readonly number[]): number | null {
  for (const position of batched) {
    const rows = rowsIn(args[position]);
    if (rows !== null) return rows;
  }
  return null;
}

function rowsIn(argument: unknown, depth = 0): number | null {
  const shape = shapeGiven(argument);
  if (shape !== null) return shape.at(0) ?? null;
  checkDepth('jit', depth);
  const parts = Array.isArray(argument) ? argument : isRecord(argument) ? Object.values(argument) : [];
  for (const part of parts) {
    const rows = rowsIn(part, depth + 1);
    if (rows !== null) return rows;
  }
  return null;
}

/** Returns a copy of a signature in which all tensors in the batched arguments have the given number of rows. */
export function withRows(pattern: Pattern, batched: readonly number[], rows: number): Pattern {
  if (pattern.kind !== 'list') return pattern;
  const change = ({ dtype, shape }: TensorType): TensorType => ({ dtype, shape: [rows, ...shape.slice(1)] });
  return {
    kind: 'list',
    items: pattern.items.map((item, i) => (batched.includes(i) ? mapTypes(item, change) : item)),
  };
}

function mapTypes(pattern: Pattern, map: (type: TensorType) => TensorType): Pattern {
  switch (pattern.kind) {
    case 'data':
      return { kind: 'data', type: map(pattern.type) };
    case 'number':
    case 'static':
      return pattern;
    case 'list':
      return { kind: 'list', items: pattern.items.map((item) => mapTypes(item, map)) };
    case 'record':
      return { kind: 'record', keys: pattern.keys, items: pattern.items.map((item) => mapTypes(item, map)) };
  }
}

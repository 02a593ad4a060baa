import { type FunctionBuilder, forRange, type LocalId } from '../../wasm/index.ts';
import { advance } from '../addressing.ts';
import type { DotEpilogue } from '../dot/contract.ts';
import { type Division, PANEL, TERMS } from './division.ts';
import { HIGH, LOW } from './pack.ts';

const ZEROS = new Uint8Array(16);

/** Locals of the function that multiplies. */
export interface BlockLocals {
  /** Addresses of the first row of the left operand, its correction, and the terms of the right operand. */
  readonly left: LocalId;
  readonly correction: LocalId;
  readonly right: LocalId;
  /** First row and column of the block. */
  readonly row: LocalId;
  readonly column: LocalId;
  readonly k: LocalId;
  readonly factor: LocalId;
  readonly bytes: readonly LocalId[];
  readonly terms: readonly LocalId[];
  readonly sums: readonly LocalId[];
}

/** Declares the locals of blocks of at most eight vectors of sums. */
export function blockLocals(f: FunctionBuilder): BlockLocals {
  const [left, correction, right, row, column, k] = f.locals('i32', 6);
  const [factor] = f.locals('v128', 1);
  const vectors = { bytes: f.locals('v128', 2), terms: f.locals('v128', 8), sums: f.locals('v128', 8) };
  return { left, correction, right, row, column, k, factor, ...vectors };
}

/**
 * Writes the product of `rows` rows and `width` columns, and the epilogue for the first `columns` of them. Each lane of a sum
 * adds a pair of terms per instruction. Advances `left` to the end of its first row, and `right` to the end of the terms.
 */
export function multiplyBlock(
  f: FunctionBuilder,
  division: Division,
  locals: BlockLocals,
  size: { readonly rows: number; readonly width: number; readonly columns: number },
  epilogue: DotEpilogue,
): void {
  const { depth, columns: stride, rowBytes, inPlace } = division;
  const { left, correction, right, row, column, k, factor, terms, sums } = locals;
  const vectors = size.width / 4;
  for (let r = 0; r < size.rows; r++) {
    f.get(correction).load('v128.load32_splat', 4 * r);
    for (let v = 1; v < vectors; v++) f.tee(sums[r * vectors + v]);
    f.set(sums[r * vectors]);
  }
  const addPair = (pair: number, hasSecond: boolean): void => {
    if (inPlace) loadInPlace(f, locals, size.width, hasSecond ? stride : null);
    else {
      f.get(right)
        .load('v128.load', 16 * pair)
        .tee(locals.bytes[0]);
      extend(f, locals.bytes[0], terms, 0);
    }
    for (let r = 0; r < size.rows; r++) {
      f.get(left)
        .load('v128.load32_splat', r * rowBytes + 4 * pair)
        .set(factor);
      for (let v = 0; v < vectors; v++) {
        const sum = sums[r * vectors + v];
        f.get(factor).get(terms[v]).op('i32x4.dot_i16x8_s').get(sum).op('i32x4.add').set(sum);
      }
    }
  };
  if (inPlace) {
    forRange(f, k, 0, Math.floor(depth / 2), 1, () => {
      addPair(0, true);
      advance(f, left, 4);
      advance(f, right, 2 * stride);
    });
    if (depth % 2 === 1) addPair(0, false);
  } else {
    forRange(f, k, 0, Math.ceil(depth / TERMS), 1, () => {
      for (let pair = 0; pair < TERMS / 2; pair++) addPair(pair, true);
      advance(f, left, 2 * TERMS);
      advance(f, right, PANEL * TERMS);
    });
  }
  for (let r = 0; r < size.rows; r++) {
    for (let v = 0; 4 * v < size.columns; v++) {
      const lanes = lanesOf(size.columns - 4 * v);
      const n = { local: column, offset: 4 * v };
      const value = sums[r * vectors + v];
      epilogue.store(f, {
        kind: 'vector',
        value,
        lanes,
        axis: 'n',
        batch: [],
        m: { local: row, offset: r },
        n,
        address: n,
      });
    }
  }
}

/** Loads a pair of rows of the right operand as pairs of int16. */
function loadInPlace(
  f: FunctionBuilder,
  { right, bytes, terms }: BlockLocals,
  width: number,
  stride: number | null,
): void {
  const load = width === PANEL ? 'v128.load64_zero' : 'v128.load';
  for (let first = 0; first < width; first += 16) {
    f.get(right).load(load, first).set(bytes[0]);
    if (stride === null) f.v128(ZEROS).set(bytes[1]);
    else
      f.get(right)
        .load(load, stride + first)
        .set(bytes[1]);
    const halves = width === PANEL ? [LOW] : [LOW, HIGH];
    halves.forEach((order, half) => {
      const to = first / 4 + 2 * half;
      f.get(bytes[0]).get(bytes[1]).shuffle8(order).tee(terms[to]);
      extend(f, terms[to], terms, to);
    });
  }
}

/** Extends the bytes on the stack, which are also in a local, to two vectors of int16. */
function extend(f: FunctionBuilder, bytes: LocalId, terms: readonly LocalId[], to: number): void {
  f.op('i16x8.extend_high_i8x16_u').set(terms[to + 1]);
  f.get(bytes).op('i16x8.extend_low_i8x16_u').set(terms[to]);
}

function lanesOf(columns: number): 1 | 2 | 3 | 4 {
  return columns >= 4 ? 4 : columns === 3 ? 3 : columns === 2 ? 2 : 1;
}

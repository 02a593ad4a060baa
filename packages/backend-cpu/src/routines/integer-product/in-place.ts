import { type FunctionBuilder, forRange, type LocalId } from '../../wasm/index.ts';
import { advance } from '../addressing.ts';
import type { BlockLocals, BlockSize } from './block.ts';
import { type Division, PANEL } from './division.ts';
import { HIGH, LOW, ZEROS } from './vectors.ts';

/**
 * Writes the sums of a block whose right operand is read in place. Each lane of a sum adds a pair of terms per instruction. The
 * right operand stays unsigned, so its elements are 128 too large; the correction of the row makes up for it. Advances `left` to
 * the end of its first row, and `right` to the end of the terms.
 */
export function sumInPlace(
  f: FunctionBuilder,
  { depth, columns: stride, rowBytes }: Division,
  locals: BlockLocals,
  { rows, width }: BlockSize,
): void {
  const { left, notes, right, k, factor, terms, sums } = locals;
  const vectors = width / 4;
  for (let r = 0; r < rows; r++) {
    f.get(notes).load('v128.load32_splat', 4 * r);
    for (let v = 1; v < vectors; v++) f.tee(sums[r * vectors + v]);
    f.set(sums[r * vectors]);
  }
  const addPair = (hasSecond: boolean): void => {
    loadPair(f, locals, width, hasSecond ? stride : null);
    for (let r = 0; r < rows; r++) {
      f.get(left)
        .load('v128.load32_splat', r * rowBytes)
        .set(factor);
      for (let v = 0; v < vectors; v++) {
        const sum = sums[r * vectors + v];
        f.get(factor).get(terms[v]).op('i32x4.dot_i16x8_s').get(sum).op('i32x4.add').set(sum);
      }
    }
  };
  forRange(f, k, 0, Math.floor(depth / 2), 1, () => {
    addPair(true);
    advance(f, left, 4);
    advance(f, right, 2 * stride);
  });
  if (depth % 2 === 1) addPair(false);
}

/** Loads a pair of rows of the right operand as pairs of int16. */
function loadPair(
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

import { type FunctionBuilder, forRange, type LocalId } from '../../wasm/index.ts';
import { advance } from '../addressing.ts';
import type { BlockLocals, BlockSize } from './block.ts';
import { type Division, TERMS } from './division.ts';
import { ZEROS } from './vectors.ts';

/**
 * Writes the sums of a block whose right operand is read from a panel. If the block has no negative elements, as after a ReLU,
 * elements of the left operand have 7 bits. The relaxed instruction then adds pairs of products exactly, and multiplies twice as
 * many elements as one on int16. Both ways compute the same integers.
 */
export function sumFromPanel(f: FunctionBuilder, division: Division, locals: BlockLocals, size: BlockSize): void {
  if (!f.fused) {
    sumInt16(f, division, locals, size);
    return;
  }
  f.get(locals.notes)
    .load('i32.load')
    .if(
      () => sum7Bits(f, division, locals, size.rows),
      () => sumInt16(f, division, locals, size),
    );
}

/** Writes sums of products of bytes with 7 bits: four terms of eight columns per iteration. */
function sum7Bits(f: FunctionBuilder, division: Division, locals: BlockLocals, rows: number): void {
  const { left, right, factor, terms, sums, ones } = locals;
  clear(f, sums.slice(0, 2 * rows));
  // One step per iteration: the engine would otherwise load the operands of several steps before it computes, and run out of registers.
  forTerms(f, division, locals, 1, () => {
    for (let v = 0; v < 2; v++)
      f.get(right)
        .load('v128.load', 16 * v)
        .set(terms[v]);
    for (let r = 0; r < rows; r++) {
      f.get(left)
        .load('v128.load32_splat', r * division.rowBytes)
        .set(factor);
      for (let v = 0; v < 2; v++) {
        const sum = sums[2 * r + v];
        f.get(terms[v]).get(factor).op('i16x8.relaxed_dot_i8x16_i7x16_s');
        f.get(ones).op('i32x4.dot_i16x8_s').get(sum).op('i32x4.add').set(sum);
      }
    }
  });
}

/**
 * Writes sums of products of int16: four columns after the other four, because each lane adds the products of two of the four terms
 * of a column, and so there are twice as many vectors of sums.
 */
function sumInt16(f: FunctionBuilder, division: Division, locals: BlockLocals, { rows, columns }: BlockSize): void {
  const { left, right, factor, bytes, terms, sums } = locals;
  const steps = Math.ceil(division.depth / TERMS);
  const parts = terms
    .slice(2)
    .concat(bytes)
    .slice(0, 2 * rows);
  for (let half = 0; 4 * half < columns; half++) {
    if (half > 0) {
      advance(f, left, -2 * TERMS * steps);
      advance(f, right, -32 * steps);
    }
    clear(f, parts);
    forTerms(f, division, locals, 2, () => {
      f.get(right)
        .load('v128.load', 16 * half)
        .tee(terms[0])
        .op('i16x8.extend_high_i8x16_s')
        .set(terms[1]);
      f.get(terms[0]).op('i16x8.extend_low_i8x16_s').set(terms[0]);
      for (let r = 0; r < rows; r++) {
        f.get(left)
          .load('v128.load64_splat', r * division.rowBytes)
          .set(factor);
        for (let v = 0; v < 2; v++) {
          const part = parts[2 * r + v];
          f.get(factor).get(terms[v]).op('i32x4.dot_i16x8_s').get(part).op('i32x4.add').set(part);
        }
      }
    });
    for (let r = 0; r < rows; r++) {
      const [first, second] = [parts[2 * r], parts[2 * r + 1]];
      f.get(first).get(second).shuffle32(0, 2, 4, 6);
      f.get(first).get(second).shuffle32(1, 3, 5, 7);
      f.op('i32x4.add').set(sums[2 * r + half]);
    }
  }
}

function clear(f: FunctionBuilder, sums: readonly LocalId[]): void {
  for (const sum of sums) f.v128(ZEROS).set(sum);
}

/** Writes the loop over the terms, four at a time. Elements of the left operand have `width` bytes. */
function forTerms(
  f: FunctionBuilder,
  { depth }: Division,
  { left, right, k }: BlockLocals,
  width: number,
  body: () => void,
): void {
  forRange(f, k, 0, Math.ceil(depth / TERMS), 1, () => {
    body();
    advance(f, left, width * TERMS);
    advance(f, right, 32);
  });
}

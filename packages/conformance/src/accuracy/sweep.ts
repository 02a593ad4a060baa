import { jit, type Tensor, tensor } from '@manabi/core';
import { randomSource } from '@manabi/testing';
import type { AccuracyRow, PairRow } from './rows.ts';

// Globals are slow to look up in the VM context of a test.
const { abs, fround } = Math;
const { is } = Object;

/** Number of elements that one call of the function computes. */
const CHUNK = 2 ** 18;

/** The largest error of a function, and the operands at which it occurs. */
export interface Worst {
  /** Error in units in the last place; infinite if only the computed or only the exact value is NaN. */
  readonly error: number;
  /** The operands. */
  readonly at: readonly number[];
  readonly actual: number;
  readonly expected: number;
}

const NONE: Worst = { error: 0, at: [], actual: 0, expected: 0 };

/**
 * Compares a function with its exact values on every `stride`-th of the 2^32 float32 bit patterns; returns the largest
 * error.
 *
 * @param start first bit pattern
 */
export async function sweep({ f, exact, floor = 1 }: AccuracyRow, stride: number, start = 0): Promise<Worst> {
  const run = jit((x: Tensor) => f(x));
  const bits = new Uint32Array(CHUNK);
  const floats = new Float32Array(bits.buffer);
  let worst = NONE;
  for (let first = start; first < 2 ** 32; first += CHUNK * stride) {
    // The patterns of the last call wrap around to the start of the range.
    for (let i = 0; i < CHUNK; i++) bits[i] = (first + i * stride) % 2 ** 32;
    const result = await run(tensor(floats));
    const values = await result.data();
    result.dispose();
    for (let i = 0; i < CHUNK; i++) {
      const actual = values[i];
      const expected = exact(floats[i]);
      if (is(actual, fround(expected)) || abs(actual - expected) * 2 ** 149 <= floor) continue;
      const error = errorInUnits(actual, expected);
      if (error > worst.error) worst = { error, at: [floats[i]], actual, expected };
    }
  }
  return worst;
}

/**
 * Compares a function of two operands with its exact values on random pairs of float32 numbers, and returns the largest
 * error. The numbers of a pair have any magnitude, have moderate magnitudes, or are nearly equal.
 *
 * @param chunks number of calls, each with 2^18 pairs
 */
export async function sweepPairs({ f, exact, floor = 1 }: PairRow, chunks: number): Promise<Worst> {
  const run = jit((x: Tensor, y: Tensor) => f(x, y));
  let worst = NONE;
  for (let chunk = 0; chunk < chunks; chunk++) {
    const random = randomSource(chunk + 1);
    const [x, y] = [new Float32Array(CHUNK), new Float32Array(CHUNK)];
    for (let i = 0; i < CHUNK; i++) {
      const exponents = i % 3 === 0 ? 126 : i % 3 === 1 ? 12 : 0;
      x[i] = random.uniform(-2, 2) * 2 ** random.integer(-exponents, exponents + 1);
      y[i] =
        i % 3 === 2
          ? x[i] * random.uniform(0.5, 2)
          : random.uniform(-2, 2) * 2 ** random.integer(-exponents, exponents + 1);
    }
    const result = await run(tensor(x), tensor(y));
    const values = await result.data();
    result.dispose();
    for (let i = 0; i < CHUNK; i++) {
      const expected = exact(x[i], y[i]);
      if (is(values[i], fround(expected)) || abs(values[i] - expected) * 2 ** 149 <= floor) continue;
      const error = errorInUnits(values[i], expected);
      if (error > worst.error) worst = { error, at: [x[i], y[i]], actual: values[i], expected };
    }
  }
  return worst;
}

/** Returns the error of a float32 number in units in the last place of the exact value. */
function errorInUnits(actual: number, expected: number): number {
  if (Number.isNaN(actual) || Number.isNaN(expected)) return Number.POSITIVE_INFINITY;
  return abs(capped(actual) - capped(expected)) / unitOf(expected);
}

/** Replaces infinity by 2^128, the power of two after the largest float32. */
function capped(value: number): number {
  return Math.min(Math.max(value, -(2 ** 128)), 2 ** 128);
}

function unitOf(value: number): number {
  const exponent = Math.min(Math.max(Math.floor(Math.log2(abs(value))), -126), 127);
  return 2 ** (exponent - 23);
}

import { type DType, fromHost, type HostArray, ManabiError, type Tensor } from '@manabi/core';
import { dtypes, hostArray, sizeOf } from '@manabi/ir';
import { type RandomSource, randomSource } from '@manabi/testing';
import { Choice, type Draw } from './choice.ts';
import { elementwise } from './elementwise.ts';
import { indexing } from './indexing.ts';
import { layout } from './layout.ts';
import { networks } from './networks.ts';
import type { Program, Step } from './program.ts';
import { overAxesOf } from './reductions.ts';

/**
 * Groups of calls. For each step, a group is chosen before a call, so calls of small groups are as frequent as those of
 * large ones.
 */
const kinds: readonly Readonly<Record<string, Draw>>[] = [
  elementwise,
  elementwise,
  overAxesOf,
  layout,
  indexing,
  networks,
];

/** Names of all calls that programs may contain. */
export const calls: readonly string[] = kinds.flatMap((kind) => Object.keys(kind));

/** Largest number of elements of a value. */
const LARGEST = 500;

/** Lengths of axes: zero, one, and below, at and above vector widths. */
const LENGTHS = [0, 1, 1, 2, 3, 4, 5, 7, 8, 9, 13, 17];

/** dtypes of inputs; float32 is repeated to make it more frequent. */
const DTYPES: readonly DType[] = ['float32', 'float32', 'float32', 'float64', 'int32', 'uint32', 'uint8', 'bool'];

/**
 * Special elements of inputs. The finite ones are so small that the order of a sum does not decide whether it
 * overflows.
 */
const SPECIAL: { readonly [K in DType]: readonly number[] } = {
  float32: [0, -0, 1, -1, Number.NaN, Infinity, -Infinity, 1e6, -1e5, 2 ** -149, 2 ** -126, 1e-20, 89],
  float64: [0, -0, 1, -1, Number.NaN, Infinity, -Infinity, 1e40, -1e30, 5e-324, 2 ** -1022, 1e-160, 710],
  float16: [0, -0, 1, -1, Number.NaN, Infinity, -Infinity, 1000, -500, 2 ** -24, 2 ** -14, 1e-3, 11],
  int32: [0, 1, -1, 2 ** 31 - 1, -(2 ** 31)],
  uint32: [0, 1, 2 ** 32 - 1, 2 ** 31],
  uint8: [0, 1, 255, 128],
  bool: [0, 1],
};

/** Options that restrict random programs. */
interface Kinds {
  readonly dtypes: readonly DType[];
  /** Fraction of programs with special values among their inputs. */
  readonly special: number;
  /** dtype that no result may have; null to allow all. */
  readonly without: DType | null;
}

/**
 * Returns a random program of functions of `@manabi/core`: any dtype, inputs of rank 0 to 4, empty axes, and special values
 * in a third of the programs. The same seed produces the same program.
 */
export function randomProgram(seed: number): Program {
  return draw(seed, { dtypes: DTYPES, special: 1 / 3, without: null });
}

/**
 * Returns a random program like `randomProgram`, but with float64 inputs without special values, as finite differences
 * need them.
 */
export function smoothProgram(seed: number): Program {
  return draw(seed, { dtypes: ['float64'], special: 0, without: 'float32' });
}

function draw(seed: number, kinds: Kinds): Program {
  const random = randomSource(seed);
  const special = random.next() < kinds.special ? 0.15 : 0;
  const inputs = Array.from({ length: random.integer(1, 4) }, () => inputOf(random, kinds.dtypes, special));
  const values: Tensor[] = inputs.map((input) => fromHost(input));
  const steps: Step[] = [];
  const length = random.integer(1, 13);
  const used = new Set<number>();
  for (let tries = 0; steps.length < length && tries < 20 * length; tries++) {
    const step = drawStep(new Choice(random, values));
    if (step === null || step.result.dtype === kinds.without) continue;
    for (const position of step.of) used.add(position);
    values.push(step.result);
    steps.push(step);
  }
  const results = values.map((_, position) => position).slice(inputs.length);
  return {
    seed,
    inputs,
    steps,
    types: results.map((position) => ({ dtype: values[position].dtype, shape: values[position].shape })),
    outputs: results.filter((position) => !used.has(position)),
  };
}

/** Returns a random step with its result; null if the step cannot be applied to the existing values. */
function drawStep(choice: Choice): (Step & { readonly result: Tensor }) | null {
  const kind = choice.pick(kinds);
  const call = choice.pick(Object.keys(kind));
  const drawn = kind[call](choice);
  if (drawn === null) return null;
  try {
    const result = drawn.apply(drawn.of.map((position) => choice.values[position]));
    return result.size > LARGEST || result.rank > 5 ? null : { call, ...drawn, result };
  } catch (error) {
    // Invalid calls, such as the maximum of an empty tensor or a filter longer than the image.
    if (error instanceof ManabiError) return null;
    throw error;
  }
}

function inputOf(random: RandomSource, of: readonly DType[], special: number): HostArray {
  const dtype = of[random.integer(0, of.length)];
  const rank = random.integer(0, 5);
  const shape: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const left = LARGEST / Math.max(1, sizeOf(shape));
    const fitting = LENGTHS.filter((length) => length <= left);
    shape.push(random.next() < 0.1 ? 0 : fitting[random.integer(1, fitting.length)]);
  }
  const data = dtypes[dtype].create(sizeOf(shape));
  for (let i = 0; i < data.length; i++) {
    const values = SPECIAL[dtype];
    data[i] = random.next() < special ? values[random.integer(0, values.length)] : plain(random, dtype);
  }
  return hostArray(dtype, shape, data);
}

function plain(random: RandomSource, dtype: DType): number {
  if (dtype === 'bool') return random.integer(0, 2);
  if (dtype === 'float64') return random.uniform(-3, 3);
  if (dtype === 'float32') return random.next() < 0.2 ? random.integer(-3, 4) : random.uniform(-3, 3);
  return dtype === 'int32' ? random.integer(-6, 7) : random.integer(0, 13);
}

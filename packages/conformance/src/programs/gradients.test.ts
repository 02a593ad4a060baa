import '@manabi/backend-cpu/register';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { add, fromHost, grad, jit, ManabiError, mul, setBackend, sum, type Tensor } from '@manabi/core';
import { hostArray } from '@manabi/ir';
import { interpretReference, type ReferenceArray, toReference } from '@manabi/ir/reference';
import { type RandomSource, randomSource } from '@manabi/testing';
import { functionOf, type Program, textOf } from './program.ts';
import { smoothProgram } from './random-program.ts';
import { graphOf } from './run-program.ts';

/** Number of programs. Set `MANABI_PROGRAMS=20000` for a nightly run. */
const PROGRAMS = Number(process.env.MANABI_PROGRAMS ?? 200);

beforeAll(async () => {
  await setBackend('cpu');
});

describe('gradients of random programs agree with finite differences of the reference', () => {
  const size = 100;
  for (let first = 0; first < PROGRAMS; first += size) {
    test(`for the programs with seeds ${first} to ${first + size - 1}`, async () => {
      const faults: string[] = [];
      let compared = 0;
      for (let seed = first; seed < first + size; seed++) {
        const program = smoothProgram(seed);
        if (!(await hasSlope(program))) continue;
        const expected = await slopeByDifferences(program);
        const found = expected === null ? null : await slopesByGradients(program);
        if (expected === null || found === null) continue;
        compared++;
        for (const [how, slope] of found) {
          if (Math.abs(slope - expected.value) <= expected.error) continue;
          faults.push(`seed ${seed}, ${how}: expected ${expected.value}, got ${slope}\n${textOf(program)}`);
        }
      }
      expect(faults).toEqual([]);
      // Most of the other programs are not differentiable: their outputs are integers, or a value overflows.
      expect(compared).toBeGreaterThan(size / 3);
    }, 120_000);
  }
});

const hasZero = ({ data }: ReferenceArray): boolean => data.some((x) => x === 0);

/**
 * Calls whose derivatives finite differences cannot estimate for some operands, with a function that returns whether
 * the given operands are such operands.
 */
const withoutSlope: Readonly<Record<string, (operands: readonly ReferenceArray[]) => boolean>> = {
  // For a negative base, the derivative with respect to the exponent does not exist, even if the exponent is constant.
  power: () => true,
  // At these operands, the derivative is infinite.
  arcsin: ([x]) => x.data.some((each) => Math.abs(each) === 1),
  arccos: ([x]) => x.data.some((each) => Math.abs(each) === 1),
  arccosh: ([x]) => x.data.some((each) => each === 1),
  sqrt: ([x]) => hasZero(x),
  'power 0.5': ([x]) => hasZero(x),
  'power 1.5': ([x]) => hasZero(x),
  'power of a number': ([x]) => hasZero(x),
  // For a small divisor, a step is longer than a tooth of this sawtooth function, so finite differences return its mean
  // slope.
  mod: ([x, y = x]) => y.data.some((each) => Math.abs(each) < 0.1),
  fmod: ([x, y = x]) => y.data.some((each) => Math.abs(each) < 0.1),
};

/**
 * Whether finite differences can estimate the derivative of a program: false if an intermediate value is NaN or
 * infinite, or for the operands of `withoutSlope`.
 */
async function hasSlope(program: Program): Promise<boolean> {
  const all = program.types.map((_, i) => program.inputs.length + i);
  const { graph, inputs } = await graphOf({ ...program, outputs: all });
  const given = inputs.map(toReference);
  const values = [...given.slice(0, program.inputs.length), ...interpretReference(graph, given)];
  return (
    values.every(({ data }) => data.every(Number.isFinite)) &&
    program.steps.every(({ call, of }) => withoutSlope[call]?.(of.map((position) => values[position])) !== true)
  );
}

/**
 * Returns a random source whose seed depends on the program. It determines the weights of the outputs and the direction
 * of the derivative.
 */
function numbersOf(program: Program): RandomSource {
  return randomSource(program.seed + 0x5eed);
}

/**
 * Estimates the derivative of a weighted sum of the outputs in a random direction by central differences. Returns null
 * if estimates with different step sizes disagree, as they do at kinks and jumps, and where numbers overflow.
 */
async function slopeByDifferences(program: Program): Promise<{ value: number; error: number } | null> {
  const random = numbersOf(program);
  const { graph, inputs } = await graphOf(program);
  const given = inputs.map(toReference);
  const directions = program.inputs.map(({ data }) => random.float64Array(data.length));
  const weights = program.outputs.map(() => random.uniform(0.5, 1.5));
  const at = (step: number): number => {
    const moved = given.map((array, i): ReferenceArray => {
      const direction = directions.at(i);
      return direction === undefined ? array : { ...array, data: array.data.map((x, k) => x + step * direction[k]) };
    });
    const outputs = interpretReference(graph, moved);
    return outputs.reduce((total, { dtype, data }, i) => {
      return dtype === 'float64' ? total + weights[i] * Float64Array.from(data).reduce((a, b) => a + b, 0) : total;
    }, 0);
  };
  const size = Math.abs(at(0));
  const [long, short, shortest] = [1e-4, 5e-5, 1e-5].map((step) => (at(step) - at(-step)) / (2 * step));
  const value = (4 * short - long) / 3;
  const scale = Math.max(1, Math.abs(value));
  const change = Math.max(Math.abs(long - short), Math.abs(long - shortest));
  if (!(change <= 1e-4 * scale) || size > 1e12) return null;
  return { value, error: 4 * Math.abs(long - short) + 1e-7 * scale + 1e-9 * size };
}

/**
 * Computes from gradients the derivative that `slopeByDifferences` estimates, eagerly and jitted; null if the program
 * is not differentiable.
 */
async function slopesByGradients(program: Program): Promise<readonly (readonly [how: string, slope: number])[] | null> {
  const random = numbersOf(program);
  const directions = program.inputs.map(({ shape, data }) =>
    hostArray('float64', shape, random.float64Array(data.length)),
  );
  const weights = program.outputs.map(() => random.uniform(0.5, 1.5));
  const run = functionOf(program);
  const zero = hostArray('float64', [], new Float64Array(1));
  const total = (...xs: readonly Tensor[]): Tensor =>
    run(...xs).reduce<Tensor>(
      (whole, output, i) => (output.dtype === 'float64' ? add(whole, mul(sum(output), weights[i])) : whole),
      // Adds 0 times every input, because the sum must depend on every input.
      xs.reduce<Tensor>((none, x) => add(none, mul(sum(x), 0)), fromHost(zero)),
    );
  const along = (...xs: readonly Tensor[]): Tensor => {
    const gradients = grad(total, { argnums: xs.map((_, i) => i) })(...xs);
    return gradients.reduce((whole, g, i) => add(whole, sum(mul(g, fromHost(directions[i])))), fromHost(zero));
  };
  try {
    const inputs = program.inputs.map(fromHost);
    return [
      ['eager', await along(...inputs).item()],
      ['jit', await (await jit(along)(...inputs)).item()],
    ];
  } catch (error) {
    if (error instanceof ManabiError && error.code === 'notDifferentiable') return null;
    throw error;
  }
}

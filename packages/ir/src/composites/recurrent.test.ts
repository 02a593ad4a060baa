import { describe, expect, test } from '@jest/globals';
import { randomSource } from '@manabi/testing';
import { interpret } from '../interpret.ts';
import { graphBuilder } from '../operators/graph-builder.ts';
import { type HostArray, hostArray } from '../types/host-array.ts';
import { sizeOf } from '../types/shape.ts';
import { applyComposite, type CompositeConfigs } from './index.ts';

const source = randomSource(11);

const BATCH = 2;
const STEPS = 5;
const INPUTS = 3;
const UNITS = 4;

function reals(shape: readonly number[]): HostArray {
  return hostArray('float64', shape, source.float64Array(sizeOf(shape), -1, 1));
}

function run<K extends 'lstm' | 'gru' | 'simpleRnn'>(
  name: K,
  operands: readonly HostArray[],
  config: CompositeConfigs[K],
): readonly HostArray[] {
  const b = graphBuilder();
  const inputs = operands.map(({ dtype, shape }) => b.input({ dtype, shape }));
  return interpret(b.finish(applyComposite(b, name, inputs, config)), operands);
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Returns the inner product of a row and a column of a matrix. */
function along(row: readonly number[], { data, shape }: HostArray, column: number): number {
  return row.reduce((sum, value, i) => sum + value * Number(data[i * shape[1] + column]), 0);
}

function rowOf({ data, shape }: HostArray, row: number): number[] {
  const length = shape[shape.length - 1];
  return Array.from(data.subarray(row * length, (row + 1) * length), Number);
}

const steps = { activation: 'tanh', reverse: false, sequences: true } as const;
const x = reals([BATCH, STEPS, INPUTS]);
const states = [reals([BATCH, UNITS]), reals([BATCH, UNITS])];
const weightsOf = (gates: number): HostArray[] => [reals([INPUTS, gates * UNITS]), reals([UNITS, gates * UNITS])];

/** Returns the outputs of a recurrent network for one sample, computed by a plain loop over the steps. */
function unrolled(
  sample: number,
  order: readonly number[],
  cell: (input: readonly number[], states: readonly number[][]) => number[][],
): number[][] {
  const outputs: number[][] = [];
  let current = states.map((state) => rowOf(state, sample));
  for (const step of order) {
    current = cell(rowOf(x, sample * STEPS + step), current);
    outputs[step] = current[0];
  }
  return outputs;
}

const forwards = [0, 1, 2, 3, 4];
const orders = [
  { reverse: false, order: forwards },
  { reverse: true, order: forwards.toReversed() },
];

function expectOutputs(outputs: HostArray, order: readonly number[], cell: Parameters<typeof unrolled>[2]): void {
  for (let sample = 0; sample < BATCH; sample++) {
    unrolled(sample, order, cell).forEach((expected, step) => {
      rowOf(outputs, sample * STEPS + step).forEach((value, unit) => {
        expect(value).toBeCloseTo(expected[unit], 12);
      });
    });
  }
}

const units = Array.from({ length: UNITS }, (_, unit) => unit);

describe.each(orders)('recurrent composites (reverse: $reverse)', ({ reverse, order }) => {
  test('lstm computes the gates i, f, c, o from its weights in this order', () => {
    const [kernel, recurrentKernel] = weightsOf(4);
    const bias = reals([4 * UNITS]);
    const config = { ...steps, reverse, recurrentActivation: 'sigmoid' } as const;
    const [outputs] = run('lstm', [x, kernel, recurrentKernel, ...states, bias], config);
    expectOutputs(outputs, order, (input, [h, c]) => {
      const sum = (gate: number, unit: number): number => {
        const column = gate * UNITS + unit;
        return along(input, kernel, column) + along(h, recurrentKernel, column) + Number(bias.data[column]);
      };
      const next = units.map((u) => sigmoid(sum(1, u)) * c[u] + sigmoid(sum(0, u)) * Math.tanh(sum(2, u)));
      return [units.map((u) => sigmoid(sum(3, u)) * Math.tanh(next[u])), next];
    });
  });

  test('gru with resetAfter multiplies the product of state and weights by the reset gate', () => {
    const [kernel, recurrentKernel] = weightsOf(3);
    const bias = reals([2, 3 * UNITS]);
    const config = { ...steps, reverse, recurrentActivation: 'sigmoid', resetAfter: true } as const;
    const [outputs] = run('gru', [x, kernel, recurrentKernel, states[0], bias], config);
    expectOutputs(outputs, order, (input, [h]) => {
      const ofInput = (gate: number, u: number): number =>
        along(input, kernel, gate * UNITS + u) + rowOf(bias, 0)[gate * UNITS + u];
      const ofState = (gate: number, u: number): number =>
        along(h, recurrentKernel, gate * UNITS + u) + rowOf(bias, 1)[gate * UNITS + u];
      const output = units.map((u) => {
        const [z, r] = [0, 1].map((gate) => sigmoid(ofInput(gate, u) + ofState(gate, u)));
        return z * h[u] + (1 - z) * Math.tanh(ofInput(2, u) + r * ofState(2, u));
      });
      return [output, []];
    });
  });

  test('gru without resetAfter multiplies the state by the reset gate', () => {
    const [kernel, recurrentKernel] = weightsOf(3);
    const bias = reals([3 * UNITS]);
    const config = { ...steps, reverse, recurrentActivation: 'sigmoid', resetAfter: false } as const;
    const [outputs] = run('gru', [x, kernel, recurrentKernel, states[0], bias], config);
    expectOutputs(outputs, order, (input, [h]) => {
      const sum = (gate: number, u: number, state: readonly number[]): number => {
        const column = gate * UNITS + u;
        return along(input, kernel, column) + Number(bias.data[column]) + along(state, recurrentKernel, column);
      };
      const reset = units.map((u) => sigmoid(sum(1, u, h)) * h[u]);
      const output = units.map((u) => {
        const z = sigmoid(sum(0, u, h));
        return z * h[u] + (1 - z) * Math.tanh(sum(2, u, reset));
      });
      return [output, []];
    });
  });

  test('simpleRnn with `sequences: false` returns only the last state', () => {
    const operands = [x, ...weightsOf(1), states[0], reals([UNITS])];
    const [outputs, last] = run('simpleRnn', operands, { ...steps, reverse });
    const [alone, ...others] = run('simpleRnn', operands, { ...steps, reverse, sequences: false });
    expect(others).toEqual([]);
    expect(alone).toEqual(last);
    for (let sample = 0; sample < BATCH; sample++) {
      expect(rowOf(outputs, sample * STEPS + order[STEPS - 1])).toEqual(rowOf(last, sample));
    }
  });
});

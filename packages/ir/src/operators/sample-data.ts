import type { Graph, OpName } from '../graph/graph.ts';
import { dtypes, isFloat } from '../types/dtype.ts';
import { type HostArray, hostArray } from '../types/host-array.ts';
import { sizeOf } from '../types/shape.ts';
import { graphBuilder } from './graph-builder.ts';
import type { Sample, SampleOperand, SampleWith } from './sample.ts';
import { threefry } from './source/threefry.ts';

/**
 * Generates the elements of a sample operand. The same recipe and seed produce the same elements on every machine.
 *
 * @param seed any integer; each operand of a sample should have a different seed
 * @throws ManabiError `shape` for an operand with an invalid shape
 * @example
 * ```ts
 * import { materialize } from '@manabi/ir/samples';
 *
 * const operand = { dtype: 'int32', shape: [2, 2], fill: { kind: 'values', values: [1, 2] } } as const;
 * console.log([...materialize(operand, 1).data]); // [1, 2, 1, 2]
 * ```
 */
export function materialize(operand: SampleOperand, seed: number): HostArray {
  const { dtype, shape, fill } = operand;
  const length = sizeOf(shape);
  const data = dtypes[dtype].create(length);
  switch (fill.kind) {
    case 'uniform':
      for (let i = 0; i < length; i++) data[i] = fill.low + (fill.high - fill.low) * random(seed, i);
      break;
    case 'integers':
      for (let i = 0; i < length; i++) data[i] = fill.low + Math.floor((fill.high - fill.low + 1) * random(seed, i));
      break;
    case 'distinct':
      shuffle(length, seed).forEach((rank, i) => {
        data[i] = spaced(rank, length, dtype);
      });
      break;
    case 'values':
      for (let i = 0; i < length; i++) data[i] = fill.values[i % fill.values.length];
      break;
  }
  return hostArray(dtype, shape, data);
}

/**
 * Generates the elements of all operands of a sample.
 *
 * @throws ManabiError `shape` for an operand with an invalid shape
 * @example
 * ```ts
 * import { sampleInputs, samples } from '@manabi/ir/samples';
 *
 * console.log(sampleInputs(samples.add[0]).length); // 2
 * ```
 */
export function sampleInputs(sample: SampleWith<unknown>, seed = 1): readonly HostArray[] {
  return sample.operands.map((operand, i) => materialize(operand, seed * 1000 + i));
}

/**
 * Builds a graph of a single node, which applies an operator to a sample. Its inputs are the operands and its outputs
 * are the results of the node.
 *
 * @example
 * ```ts
 * import { sampleGraph, samples } from '@manabi/ir/samples';
 *
 * console.log(sampleGraph('add', samples.add[0]).nodes.length); // 1
 * ```
 */
export function sampleGraph<K extends OpName>(op: K, sample: Sample<K>): Graph {
  const builder = graphBuilder();
  const operands = sample.operands.map(({ dtype, shape }) => builder.input({ dtype, shape }));
  return builder.finish(builder.emit(op, operands, sample.attributes));
}

/** Returns the random number with index i for a seed: a float in [0, 1) with 53 random bits. */
function random(seed: number, i: number): number {
  const [high, low] = threefry([seed, 0], [i, 0]);
  return ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
}

function shuffle(length: number, seed: number): number[] {
  const order = Array.from({ length }, (_, i) => i);
  for (let last = length - 1; last > 0; last--) {
    const other = Math.floor((last + 1) * random(seed, last));
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
}

/**
 * Returns the value with index `rank` in an ascending list of `length` different values. Floats are 0.25 apart and
 * never a multiple of 0.25; integers are 1 apart.
 */
function spaced(rank: number, length: number, dtype: SampleOperand['dtype']): number {
  if (isFloat(dtype)) return (rank - Math.floor(length / 2) + 0.3) / 4;
  return dtypes[dtype].min < 0 ? rank - Math.floor(length / 2) : rank;
}

import type { Graph, OpName } from '../graph/graph.ts';
import { dtypes, isFloat } from '../types/dtype.ts';
import { type HostArray, hostArray } from '../types/host-array.ts';
import { sizeOf } from '../types/shape.ts';
import { graphBuilder } from './graph-builder.ts';
import type { Sample, SampleOperand, SampleWith } from './sample.ts';
import { threefry } from './source/threefry.ts';

/**
 * The elements that an operand's recipe stands for. The same recipe and seed give the same elements everywhere.
 *
 * @param seed any integer; operands of one sample need different ones
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

/** The elements of all operands of a sample. */
export function sampleInputs(sample: SampleWith<unknown>, seed = 1): readonly HostArray[] {
  return sample.operands.map((operand, i) => materialize(operand, seed * 1000 + i));
}

/** The graph of one node that applies an operator as a sample says: an input per operand, an output per result. */
export function sampleGraph<K extends OpName>(op: K, sample: Sample<K>): Graph {
  const builder = graphBuilder();
  const operands = sample.operands.map(({ dtype, shape }) => builder.input({ dtype, shape }));
  return builder.finish(builder.emit(op, operands, sample.attributes));
}

/** Number i of a stream, in [0, 1) with 53 random bits. */
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

/** Value number `rank` of `length`: floats a quarter apart and never a multiple of it, integers one apart. */
function spaced(rank: number, length: number, dtype: SampleOperand['dtype']): number {
  if (isFloat(dtype)) return (rank - Math.floor(length / 2) + 0.3) / 4;
  return dtypes[dtype].min < 0 ? rank - Math.floor(length / 2) : rank;
}

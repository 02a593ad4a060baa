import type { Graph } from '../../graph/graph.ts';
import { anyOf } from '../layout/recipes.ts';
import type { Sample } from '../sample.ts';
import { condSamples } from './cond.samples.ts';
import type { ControlOps } from './control.ts';
import { scanSamples } from './scan.samples.ts';
import { whileSamples } from './while.samples.ts';

const vector = { dtype: 'float32', shape: [5] } as const;

/** Graph (x, y) → (x * y, x). It is written as data, because a builder would import every operator. */
const product: Graph = {
  inputCount: 2,
  types: [vector, vector, vector],
  nodes: [{ op: 'mul', operands: [0, 1], attributes: {}, results: [2] }],
  outputs: [2, 0],
};

/**
 * Gradient of `product`: (x, y, x * y, x, g, h) → (g * y + h, g * x), where g and h are the cotangents of the results.
 */
const productVjp: Graph = {
  inputCount: 6,
  types: [vector, vector, vector, vector, vector, vector, vector, vector, vector],
  nodes: [
    { op: 'mul', operands: [4, 1], attributes: {}, results: [6] },
    { op: 'add', operands: [6, 5], attributes: {}, results: [7] },
    { op: 'mul', operands: [4, 0], attributes: {}, results: [8] },
  ],
  outputs: [7, 8],
};

function call(name: string, vjp: Graph | null, checkpoint: boolean): Sample<'call'> {
  return {
    name,
    operands: [anyOf('float32', [5]), anyOf('float32', [5])],
    attributes: { name: 'product', config: {}, body: product, vjp, checkpoint },
  };
}

/** Test samples of the operators whose attributes contain graphs: `call`, `cond`, `scan` and `while`. */
export const controlSamples: { readonly [K in ControlOps]: readonly Sample<K>[] } = {
  call: [
    call('differentiates the body', null, false),
    call('has its own gradient', productVjp, false),
    call('checkpoint', null, true),
  ],
  cond: condSamples,
  scan: scanSamples,
  while: whileSamples,
};

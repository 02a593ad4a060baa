import '@manabi/backend-cpu/register';
import { expect, test } from '@jest/globals';
import {
  add,
  conv,
  exportable,
  jit,
  matmul,
  maxPool,
  mean,
  relu,
  reshape,
  softmaxCrossEntropy,
  type Tensor,
  tensor,
  tree,
  valueAndGrad,
} from '@manabi/core';
import { type HostArray, hostArray } from '@manabi/ir';
import { exportOnnx, openSession } from '@manabi/onnx';
import { adam } from '@manabi/optimizers';
import { compareArrays, randomSource } from '@manabi/testing';

/** Sizes of the batches that the same file is run on, one after the other. */
const BATCHES = [4, 4, 2, 7, 1];

const source = randomSource(7);
const floats = (...shape: number[]): Tensor => {
  const length = shape.reduce((product, extent) => product * extent, 1);
  return reshape(tensor(Float32Array.from(source.float64Array(length, -0.5, 0.5))), shape);
};

const initial = {
  filters: floats(3, 1, 3, 3),
  hidden: { kernel: floats(27, 8), bias: floats(8) },
  scores: { kernel: floats(8, 5), bias: floats(5) },
};
type Network = typeof initial;

const optimizer = adam({ learningRate: 0.01 });
type State = ReturnType<typeof optimizer.init<Network>>;

function lossOf({ filters, hidden, scores }: Network, x: Tensor, y: Tensor): Tensor {
  const pooled = maxPool(relu(conv(x, filters)), 2);
  const features = relu(add(matmul(reshape(pooled, [x.shape[0], 27]), hidden.kernel), hidden.bias));
  return mean(softmaxCrossEntropy(add(matmul(features, scores.kernel), scores.bias), y));
}

test('an exported training step, with its state as inputs and outputs, computes the same values as jit', async () => {
  const step = (params: Network, state: State, x: Tensor, y: Tensor) => {
    const [loss, grads] = valueAndGrad(lossOf)(params, x, y);
    return { ...optimizer.update(params, grads, state), loss };
  };
  const before = { params: initial, state: optimizer.init(initial) };
  const { structure } = tree.flatten(before);
  const memory = tree.leaves(before);
  const flat = (_: object, ...given: Tensor[]): readonly Tensor[] => {
    // The tensors are the values in the nested object `before`, in order.
    const { params, state } = tree.unflatten(structure, given.slice(0, -2)) as typeof before;
    const { loss, ...after } = step(params, state, given[given.length - 2], given[given.length - 1]);
    return [...tree.leaves({ params: after.params, state: after.state }), loss];
  };
  const names = memory.map((_, i) => `memory${i}`);
  const inputs = Object.fromEntries(memory.map(({ shape, dtype }, i) => [names[i], { shape, dtype }]));
  const program = exportable(
    flat,
    {},
    { ...inputs, x: { shape: [null, 1, 8, 8], dtype: 'float32' }, y: { shape: [null], dtype: 'int32' } },
    { outputNames: [...names.map((name) => `${name}_next`), 'loss'] },
  );
  const session = await openSession(await exportOnnx(program), { threads: 1 });

  const read = async (given: Tensor): Promise<HostArray> => hostArray(given.dtype, given.shape, await given.data());
  let exported: readonly HostArray[] = await Promise.all(memory.map(read));
  let current = before;
  const jitted = jit(step);
  const losses: number[] = [];
  for (const [i, size] of BATCHES.entries()) {
    const x = await read(floats(size, 1, 8, 8));
    const y = hostArray('int32', [size], source.int32Array(size, 0, 5));
    const outputs = await session.run({ ...Object.fromEntries(names.map((name, k) => [name, exported[k]])), x, y });
    const made = session.outputNames.map((name) => outputs[name]);
    exported = made.slice(0, -1);
    const { loss, ...after } = await jitted(current.params, current.state, x, y);
    current = after;
    losses.push(await loss.item());
    expect(made[made.length - 1].data[0]).toBeCloseTo(losses[i], 4);
  }
  const expected = await Promise.all(tree.leaves(current).map(read));
  const faults = expected.filter(
    ({ data }, i) => !compareArrays(exported[i].data, data, { rtol: 1e-3, atol: 1e-5 }).close,
  );
  expect(faults).toEqual([]);
  await session.release();
});

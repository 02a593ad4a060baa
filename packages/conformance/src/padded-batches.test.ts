import '@manabi/backend-cpu/register';
import { describe, expect, test } from '@jest/globals';
import { fromHost, jit, mean, mul, random, sub, type Tensor, tensor, traceGraph } from '@manabi/core';
import { type Agreement, agreesOnPrefix, type HostArray } from '@manabi/ir';
import { clearSession, Layer, layers, type Model, sequential, type Tensors } from '@manabi/layers';
import { samplesOf } from './onnx/batches.ts';
import type { ExportSubject } from './onnx/export-case.ts';
import { layerCases } from './onnx/layer-cases.ts';
import { networkCases } from './onnx/network-cases.ts';

/** Accepted relative difference, because matrix products of different sizes are rounded differently. */
const TOLERANCE = 2e-6;

/**
 * Layers that are compiled for each batch size, with the reason why the compiler cannot prove that their rows are
 * independent.
 */
const exactSizes: readonly { readonly layer: RegExp; readonly reason: string }[] = [
  {
    layer: /ConvLSTM/,
    reason: 'The convolution of the inputs merges time steps and samples into one axis, with the samples innermost.',
  },
];

const runOf =
  (model: Model) =>
  (values: Readonly<Record<string, Tensor>>, x: Tensors): Tensors =>
    model.run({ trainable: values, state: {} }, x).outputs;

const valuesOf = (model: Model): Readonly<Record<string, Tensor>> => {
  const { trainable, state } = model.values();
  return { ...trainable, ...state };
};

const oneOrMany = <T>(items: readonly T[]): T | readonly T[] => (items.length === 1 ? items[0] : items);

/**
 * Whether the compiler proves that the outputs for a batch of `short` rows are equal to the first `short` outputs for a
 * batch of `long` rows.
 */
function isProven({ model, inputs }: ExportSubject, short: number, long: number): boolean {
  const [one, other] = [short, long].map((rows) => {
    const x = inputs.map(({ dtype, shape }) => ({ dtype, shape: [rows, ...shape.slice(1)] }));
    return traceGraph(runOf(model), valuesOf(model), oneOrMany(x) as never).graph;
  });
  return !agreesOnPrefix(one, other, new Array<Agreement>(one.inputCount).fill('begins')).includes('none');
}

/** Returns the outputs of the model for a batch that is not padded. */
async function unpadded({ model }: ExportSubject, x: readonly HostArray[]): Promise<readonly Tensor[]> {
  return [await jit(runOf(model))(valuesOf(model), oneOrMany(x.map((each) => fromHost(each))))].flat();
}

async function differenceOf(some: readonly Tensor[], others: readonly Tensor[]): Promise<number> {
  let largest = 0;
  for (const [i, one] of some.entries()) {
    expect([others[i].dtype, ...others[i].shape]).toEqual([one.dtype, ...one.shape]);
    const [a, b] = [await one.data(), await others[i].data()];
    a.forEach((value, k) => {
      if (Object.is(value, b[k]) || value === b[k]) return;
      const relative = Math.abs(value - b[k]) / Math.max(1, Math.abs(value));
      largest = Math.max(largest, Number.isNaN(relative) ? Number.POSITIVE_INFINITY : relative);
    });
  }
  return largest;
}

describe('predictions of a padded batch equal those of the unpadded batch', () => {
  test.each([...layerCases, ...networkCases].map((one) => [one.name, one] as const))('%s', async (name, one) => {
    if (one.fixedBatch !== undefined) return;
    clearSession();
    const subject = await one.make();
    const x = subject.inputs.map((input) => samplesOf(input, 3));
    const predicted = [await subject.model.predictOnBatch(oneOrMany(x))].flat();
    expect(await differenceOf(await unpadded(subject, x), predicted)).toBeLessThanOrEqual(TOLERANCE);
    expect(isProven(subject, 3, 4)).toBe(!exactSizes.some(({ layer }) => layer.test(name)));
  });
});

/** A layer in which the rows of a batch depend on one another. */
class Mixing extends Layer {
  readonly #mix: (x: Tensor) => Tensor;

  constructor(mix: (x: Tensor) => Tensor) {
    super({}, {});
    this.#mix = mix;
  }

  override call(x: Tensors): Tensor {
    return this.#mix([x].flat()[0]);
  }
}

describe('predict does not pad batches for a layer whose output for one row depends on other rows', () => {
  test.each<[string, (x: Tensor) => Tensor]>([
    ['subtracting the mean of the rows', (x) => sub(x, mean(x, 0))],
    ['multiplying by the number of rows', (x) => mul(x, x.shape[0])],
    ['branching on the number of rows', (x) => (x.shape[0] > 3 ? mul(x, 2) : x)],
    [
      'multiplying by a table with one entry per row',
      (x) => mul(x, tensor(Array.from({ length: x.shape[0] }, (_, i) => [x.shape[0] - i]))),
    ],
  ])('%s', async (_name, mix) => {
    const model = sequential([layers.inputLayer({ shape: [2] }), new Mixing(mix)]);
    for (const rows of [1, 2, 3, 5, 6, 7]) {
      const x = samplesOf(
        { dtype: 'float32', shape: [7, 2], data: Float32Array.from({ length: 14 }, (_, i) => i) },
        rows,
      );
      const expected = mix(fromHost(x));
      const predicted = await model.predict(x);
      expect(await predicted.array()).toEqual(await expected.array());
    }
  });

  test('predict returns the same random noise for each row in a padded batch', async () => {
    const noisy = (x: Tensor): Tensor => mul(x, random.uniform(random.key(3), x.shape));
    const model = sequential([layers.inputLayer({ shape: [2] }), new Mixing(noisy)]);
    const x = samplesOf({ dtype: 'float32', shape: [1, 2], data: Float32Array.of(1, 2) }, 5);
    expect(await (await model.predict(x)).array()).toEqual(await noisy(fromHost(x)).array());
  });
});

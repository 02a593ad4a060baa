import '@manabi/backend-cpu/register';
import { describe, expect, test } from '@jest/globals';
import { fromHost, jit, mean, mul, random, sub, type Tensor, tensor, traceGraph } from '@manabi/core';
import { type Agreement, agreesOnPrefix, type HostArray } from '@manabi/ir';
import { clearSession, Layer, layers, type Model, sequential, type Tensors } from '@manabi/layers';
import { samplesOf } from './onnx/batches.ts';
import type { ExportSubject } from './onnx/export-case.ts';
import { layerCases } from './onnx/layer-cases.ts';
import { networkCases } from './onnx/network-cases.ts';

/** Rounding may differ: products of other sizes take other tiles. */
const TOLERANCE = 2e-6;

/** Layers whose rows are not proven to be independent, so that they are compiled for each size, with the reason. */
const exactSizes: readonly { readonly layer: RegExp; readonly reason: string }[] = [
  {
    layer: /ConvLSTM/,
    reason: 'The convolution of the inputs takes the steps of all samples as one axis, with the samples innermost.',
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

/** Whether a batch of `short` rows is proven to be the beginning of one of `long` rows. */
function isProven({ model, inputs }: ExportSubject, short: number, long: number): boolean {
  const [one, other] = [short, long].map((rows) => {
    const x = inputs.map(({ dtype, shape }) => ({ dtype, shape: [rows, ...shape.slice(1)] }));
    return traceGraph(runOf(model), valuesOf(model), oneOrMany(x) as never).graph;
  });
  return !agreesOnPrefix(one, other, new Array<Agreement>(one.inputCount).fill('begins')).includes('none');
}

/** The outputs for a batch of exactly these rows. */
async function exactly({ model }: ExportSubject, x: readonly HostArray[]): Promise<readonly Tensor[]> {
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

describe('predictions of a padded batch are those of the batch itself', () => {
  test.each([...layerCases, ...networkCases].map((one) => [one.name, one] as const))('%s', async (name, one) => {
    if (one.fixedBatch !== undefined) return;
    clearSession();
    const subject = await one.make();
    const x = subject.inputs.map((input) => samplesOf(input, 3));
    const predicted = [await subject.model.predictOnBatch(oneOrMany(x))].flat();
    expect(await differenceOf(await exactly(subject, x), predicted)).toBeLessThanOrEqual(TOLERANCE);
    expect(isProven(subject, 3, 4)).toBe(!exactSizes.some(({ layer }) => layer.test(name)));
  });
});

/** Layers whose rows depend on one another. */
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

describe('a layer that mixes the rows of a batch predicts for the rows that it is given', () => {
  test.each<[string, (x: Tensor) => Tensor]>([
    ['by their mean', (x) => sub(x, mean(x, 0))],
    ['by their number', (x) => mul(x, x.shape[0])],
    ['by a branch on their number', (x) => (x.shape[0] > 3 ? mul(x, 2) : x)],
    [
      'by a table with a row for each',
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

  test('and one whose noise is drawn row by row is padded', async () => {
    const noisy = (x: Tensor): Tensor => mul(x, random.uniform(random.key(3), x.shape));
    const model = sequential([layers.inputLayer({ shape: [2] }), new Mixing(noisy)]);
    const x = samplesOf({ dtype: 'float32', shape: [1, 2], data: Float32Array.of(1, 2) }, 5);
    expect(await (await model.predict(x)).array()).toEqual(await noisy(fromHost(x)).array());
  });
});

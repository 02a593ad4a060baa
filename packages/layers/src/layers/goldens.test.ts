import '@manabi/backend-cpu/register';
import { readdirSync, readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { add, type DType, fromHost, hostArray, mul, scalar, sum, type Tensor, valueAndGrad } from '@manabi/core';
import { assertArraysClose, atLeastOne } from '@manabi/testing';
import { CallContext } from '../call/context.ts';
import { pureRun } from '../call/runs.ts';
import { layerFrom } from '../classes/layer-from.ts';
import { clearSession, type Layer, maskOf, setRandomSeed } from '../index.ts';
import { toList } from '../structure/nested.ts';

// Written by tooling/goldens/layers: outputs and gradients of Keras layers for fixed weights and inputs, one case per line.

interface GoldenArray {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

interface GoldenWeight extends GoldenArray {
  readonly name: string;
  readonly trainable: boolean;
}

interface Golden {
  readonly className: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** The config that Keras resolved; null if it holds functions. */
  readonly config: Readonly<Record<string, unknown>> | null;
  readonly training: boolean;
  readonly call: Readonly<Record<string, unknown>>;
  readonly inputs: readonly GoldenArray[];
  readonly masks: readonly (GoldenArray | null)[] | null;
  readonly weights: readonly GoldenWeight[];
  readonly outputs: readonly GoldenArray[];
  readonly outputMasks: readonly (GoldenArray | null)[];
  /** Values of the weights after the call; null for weights that did not change. */
  readonly after: readonly (GoldenArray | null)[];
  readonly cotangents: readonly GoldenArray[];
  readonly inputGradients: readonly GoldenArray[];
  readonly weightGradients: readonly GoldenArray[];
}

const folder = new URL('../goldens/layers/', import.meta.url);
const families = readdirSync(folder).map((file) => ({
  family: file.replace('.jsonl', ''),
  goldens: readFileSync(new URL(file, folder), 'utf8')
    .trim()
    .split('\n')
    .map((line): Golden => JSON.parse(line)),
}));

const FORWARD = { rtol: 1e-5, atol: 2e-6 };
const BACKWARD = { rtol: 1e-4, atol: 1e-5 };

function toTensor({ dtype, shape, data }: GoldenArray): Tensor {
  const kinds = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array, bool: Uint8Array };
  const kind = dtype === 'int32' || dtype === 'uint8' || dtype === 'bool' ? dtype : 'float32';
  return fromHost(hostArray(kind, shape, kinds[kind].from(data)));
}

async function expectClose(actual: Tensor, golden: GoldenArray, tolerance: typeof FORWARD, label: string) {
  expect({ label, dtype: actual.dtype, shape: actual.shape }).toEqual({
    label,
    dtype: golden.dtype,
    shape: golden.shape,
  });
  assertArraysClose(await actual.data(), golden.data, tolerance, label);
}

/** Results of a forward pass. `total` is the sum of the products of outputs and cotangents. */
interface Pass {
  readonly total: Tensor;
  readonly outputs: readonly Tensor[];
  readonly masks: readonly (Tensor | null)[];
  readonly after: readonly Tensor[];
}

function passOf(layer: Layer, golden: Golden) {
  const fixed = golden.inputs.map(toTensor);
  const state = golden.weights.map(toTensor);
  const trained = layer.weights.map((weight) => layer.trainableWeights.includes(weight));
  const floats = fixed.map(({ dtype }) => dtype === 'float32');
  const cotangents = golden.cotangents.map(toTensor);
  const masks = golden.masks?.map((mask) => (mask === null ? null : toTensor(mask)));
  const pick = <T>(list: readonly T[], which: readonly boolean[]): T[] => list.filter((_, i) => which[i]);
  const put = (list: readonly Tensor[], which: readonly boolean[], values: readonly Tensor[]): Tensor[] => {
    const rest = [...values];
    return list.map((value, i) => (which[i] ? (rest.shift() ?? value) : value));
  };

  const pass = (weights: readonly Tensor[], given: readonly Tensor[]): Pass => {
    const values = put(state, trained, weights);
    const kept = layer.ownVariables.filter(({ persistent }) => !persistent).map((own) => [own, own.value] as const);
    const run = pureRun(
      new Map([...layer.weights.map((weight, i) => [weight, values[i]] as const), ...kept]),
      undefined,
    );
    const context = new CallContext(run, { training: golden.training });
    const inputs = put(fixed, floats, given);
    const result = layer.forward(
      inputs.length === 1 ? inputs[0] : inputs,
      context.with({ ...golden.call, ...(masks === undefined ? {} : { mask: masks }) }),
    );
    const outputs = toList(result);
    const products = outputs.flatMap((y, i) => (y.dtype === 'float32' ? [sum(mul(y, cotangents[i]))] : []));
    return {
      total: products.reduce((all, each) => add(all, each), scalar(0)),
      outputs,
      masks: outputs.map(maskOf),
      after: layer.weights.map((weight, i) => run.updates.get(weight) ?? values[i]),
    };
  };
  return { pass, weights: pick(state, trained), inputs: pick(fixed, floats) };
}

beforeEach(() => {
  clearSession();
  setRandomSeed(1);
});

describe.each(families)('$family layers match Keras', ({ goldens }) => {
  test.each(goldens.map((golden, i) => ({ golden, title: titleOf(golden, i) })))('$title', async ({ golden }) => {
    const layer = await layerFrom(golden.className, golden.options);
    if (golden.config !== null) expect(comparable(layer.getConfig())).toMatchObject(comparable(golden.config));
    expect((await layerFrom(golden.className, layer.getConfig())).getConfig()).toEqual(layer.getConfig());
    const types = golden.inputs.map(({ dtype, shape }) => ({ dtype, shape: [null, ...shape.slice(1)] }));
    layer.ensureBuilt(types.length === 1 ? types[0] : types);
    expect(layer.weights.map(({ name, shape, trainable }) => ({ name, shape, trainable }))).toEqual(
      golden.weights.map(({ name, shape, trainable }) => ({ name, shape, trainable })),
    );

    const { pass, weights, inputs } = passOf(layer, golden);
    const plain = pass(weights, inputs);
    for (const [i, output] of atLeastOne(plain.outputs).entries()) {
      await expectClose(output, golden.outputs[i], FORWARD, `output ${i}`);
      const [mask, expected] = [plain.masks[i], golden.outputMasks[i]];
      expect({ output: i, hasMask: mask !== null }).toEqual({ output: i, hasMask: expected !== null });
      if (mask !== null && expected !== null) await expectClose(mask, expected, FORWARD, `mask ${i}`);
    }
    for (const [i, after] of golden.after.entries()) {
      if (after !== null) await expectClose(plain.after[i], after, FORWARD, `${golden.weights[i].name} after the call`);
    }
    if (weights.length + inputs.length === 0 || !golden.outputs.some(({ dtype }) => dtype === 'float32')) return;
    const totalOf = (w: readonly Tensor[], x: readonly Tensor[]): Tensor => pass(w, x).total;
    const [, [weightGradients, inputGradients]] = valueAndGrad(totalOf, { argnums: [0, 1] })(weights, inputs);
    for (const [i, expected] of golden.inputGradients.entries()) {
      await expectClose(inputGradients[i], expected, BACKWARD, `gradient of input ${i}`);
    }
    for (const [i, expected] of golden.weightGradients.entries()) {
      await expectClose(weightGradients[i], expected, BACKWARD, `gradient of trained weight ${i}`);
    }
  });
});

function titleOf({ className, options, call, training, masks }: Golden, i: number): string {
  const parts = [
    JSON.stringify(options),
    JSON.stringify(call),
    training ? 'in training' : '',
    masks ? 'with masked inputs' : '',
  ];
  return `${className} matches Keras, case ${i}: ${parts.filter((part) => part !== '' && part !== '{}').join(' ')}`;
}

/**
 * Returns a config for comparison: class names replace objects that have a config, and strings are in lower case
 * without underscores.
 */
function comparable(value: unknown): Record<string, unknown> {
  const visit = (item: unknown): unknown => {
    if (typeof item === 'string') return item.replace(/_/g, '').toLowerCase();
    if (typeof item !== 'object' || item === null) return item;
    if (Array.isArray(item)) return item.map(visit);
    if ('className' in item) return visit(item.className);
    return Object.fromEntries(Object.entries(item).map(([key, inner]) => [key, visit(inner)]));
  };
  const result = visit(value);
  return typeof result === 'object' && result !== null ? { ...result } : {};
}

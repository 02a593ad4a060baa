import { fromHost, hostArray, ManabiError } from '@manabi/core';
import {
  anything,
  functionOf,
  type KindsOf,
  kind,
  nullable,
  oneOf,
  optional,
  readArgument,
  readOptions,
} from '@manabi/errors';
import { cloneModel } from '../classes/clone.ts';
import type { TrainingArrays } from '../data/named-arrays.ts';
import type { Layer } from '../layer/layer.ts';
import type { QuantizedDType } from '../layer/quantized-as.ts';
import { Model } from '../model/model.ts';
import { bytesOf } from '../networks/bytes-of.ts';
import { keyedVariables } from '../networks/keyed-variables.ts';
import { quantizedWithin } from '../training/steps/refuse-quantized.ts';
import type { Variable } from '../variables/variable.ts';
import { readWeights } from '../variables/weights.ts';
import { checkFloat32, quantizableWeights, storedScale } from './quantizable.ts';
import { dequantizeArray, quantizeArray } from './quantize-array.ts';
import { quantizeLayer, type StoredWeight } from './quantize-layer.ts';
import { compareOutputs, type QuantizationReport, type QuantizedLayerReport, relativeError } from './report.ts';

/** Options of `quantize`. */
export interface QuantizeOptions {
  /**
   * How kernels are stored: `'int8'`, one byte per element and a scale per output channel, or `'float16'`, two bytes (default:
   * `'int8'`).
   */
  readonly dtype?: QuantizedDType;
  /** Samples with which the report compares the outputs of both models (default: null, for no comparison). */
  readonly data?: TrainingArrays | null;
  /** Labels of the samples, for a compiled model: the report then contains its losses and metrics (default: null). */
  readonly labels?: TrainingArrays | null;
  /**
   * Returns whether a layer is quantized, for example to keep the last layer in float32 (default: all layers that can be
   * quantized).
   */
  readonly filter?: (layer: Layer) => boolean;
}

/** Result of `quantize`. */
export interface Quantized {
  /** The quantized model. */
  readonly model: Model;
  readonly report: QuantizationReport;
}

const modelKind = kind('a model', (given): given is Model => given instanceof Model);
const arraysKind = optional(nullable(anything<TrainingArrays>('arrays of samples')), null);

const kinds = {
  dtype: optional(oneOf('int8', 'float16'), 'int8'),
  data: arraysKind,
  labels: arraysKind,
  filter: optional(functionOf<(layer: Layer) => boolean>('a function (layer) => boolean'), () => true),
} satisfies KindsOf<QuantizeOptions>;

/**
 * Returns a copy of a model for inference whose kernels take a quarter of the memory (`int8`) or half of it (`float16`), and a
 * report of what this costs in accuracy. The model itself does not change.
 *
 * Kernels of `dense`, `einsumDense`, `embedding`, convolutions, and of these layers within others, such as the projections of
 * attention, are quantized; other weights stay float32. With `int8`, dense layers also quantize their inputs, row by row, and
 * multiply integers, with the numerics of `model.quantize('int8')` in Keras. So do convolutions for which this is faster on a CPU:
 * those without groups, with at least 64 filters and at least 32 terms per sum, except 3x3 filters of stride 1 with fewer than 256
 * channels or filters.
 * They quantize each position if their size is 1, and otherwise each image. All other layers convert their kernels back to float32.
 * `saveModel` writes dense layers and embeddings as Keras does, so that Keras loads them with equal outputs. A quantized model can
 * be evaluated, but not trained.
 *
 * @throws ManabiError `argument` for a model that is not built, is quantized, has no layers to quantize, or whose config cannot be
 * cloned, and for labels without data or `compile`; `dtype` for layers that do not compute in float32; `value` for weights that
 * are not finite; as documented at `Model.predict`
 * @example
 * ```ts
 * import { layers, quantize, sequential, tensor } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 64, inputShape: [64] }), layers.dense({ units: 2 })]);
 * const { model: small, report } = await quantize(model);
 * console.log(report.bytes); // { before: 17160, after: 4752 }
 * console.log((await small.predict(tensor([Array(64).fill(1)]))).shape); // [1, 2]
 * ```
 */
export async function quantize(model: Model, options: QuantizeOptions = {}): Promise<Quantized> {
  readArgument('quantize', 'model', model, modelKind);
  const { dtype, data, labels, filter } = readOptions('quantize', options, kinds);
  checkQuantizable(model);
  if (labels !== null && (data === null || !model.compiled)) {
    throw new ManabiError(
      'argument',
      `\`labels\` requires ${data === null ? '`data`: pass the samples that belong to the labels' : 'a compiled model: call model.compile() first'}.`,
      {
        op: 'quantize',
        data: { name: 'labels' },
      },
    );
  }
  const copy = cloneModel(model);
  if (!(copy instanceof Model)) throw new Error('The clone of a model is no model.');
  if (!copy.built && model.inputTypes !== null) copy.ensureBuilt(model.inputTypes);
  const originals = matchingVariables(model, copy);
  const possible = layersWithin(copy).filter((layer) => quantizableWeights(layer).length > 0);
  const chosen = possible.filter((layer) => filter(layer));
  if (chosen.length === 0) {
    throw new ManabiError(
      'argument',
      possible.length === 0
        ? `'${model.name}' has no layer to quantize: dense, einsumDense, embedding and convolution layers can be quantized.`
        : `\`filter\` excludes all layers of '${model.name}' that can be quantized. Return true for at least one of them, such as ` +
            `'${possible[0].name}'.`,
      { op: 'quantize', data: { model: model.name } },
    );
  }
  for (const layer of chosen) checkFloat32('quantize', layer);
  const before = bytesOf(model.weights);
  const found = chosen.map((layer) => ({
    layer,
    bytes: bytesOf(layer.ownWeights),
    weights: quantizeLayer(layer, dtype),
  }));
  copy.trainable = false;
  const kept = keyedVariables(copy);
  for (const variable of kept.values()) {
    const original = originals.get(variable);
    if (original !== undefined) variable.assign(original.value);
  }
  const layers: QuantizedLayerReport[] = [];
  for (const { layer, bytes, weights } of found) {
    const errors: number[] = [];
    for (const weight of weights) errors.push(await fill(layer, weight, originals));
    layers.push({
      name: layer.name,
      className: layer.className,
      bytes: { before: bytes, after: bytesOf(layer.ownWeights) },
      weightError: Math.max(...errors),
      outputError: null,
    });
  }
  if (model.compiled) copy.compile(model.compilation.options);
  const compared = data === null ? null : await compareOutputs({ model, copy, data, labels, layers });
  const report: QuantizationReport = {
    dtype,
    bytes: { before, after: bytesOf(copy.weights) },
    layers: compared?.layers ?? layers,
    outputs: compared?.outputs ?? null,
    logs: compared?.logs ?? null,
  };
  return { model: copy, report };
}

function checkQuantizable(model: Model): void {
  if (!model.built) {
    throw new ManabiError(
      'argument',
      `'${model.name}' has no weights yet: call it on data, or model.build([null, …]), first.`,
      {
        op: 'quantize',
        data: { model: model.name, built: false },
      },
    );
  }
  const quantized = quantizedWithin(model);
  if (quantized === undefined) return;
  throw new ManabiError(
    'argument',
    `'${model.name}' is quantized already: see layer '${quantized.name}'. Quantize the original model instead.`,
    {
      op: 'quantize',
      data: { model: model.name, layer: quantized.name },
    },
  );
}

/** Returns a layer and all layers within it. Wrappers that change the kernel of another layer are left out. */
function layersWithin(root: Layer): readonly Layer[] {
  const within = new Set([root]);
  for (const layer of within) {
    if (layer.className === 'SpectralNormalization') continue;
    for (const inner of layer.sublayers) within.add(inner);
  }
  return [...within];
}

/** Returns the variable of the original for each variable of its clone. */
function matchingVariables(model: Model, copy: Model): ReadonlyMap<Variable, Variable> {
  const [originals, copies] = [model, copy].map((each) => [...keyedVariables(each).values()]);
  const matches =
    originals.length === copies.length && originals.every(({ shape }, i) => shape.join() === copies[i].shape.join());
  if (matches) return new Map(copies.map((variable, i) => [variable, originals[i]]));
  throw new ManabiError(
    'argument',
    `The clone of '${model.name}' has other weights than the model. Return all options from getConfig(), and store layers in fields.`,
    { op: 'quantize', data: { model: model.name, weights: originals.length, cloned: copies.length } },
  );
}

/** Sets the variables of a quantized weight from the original one. Returns the relative error of the weight. */
async function fill(layer: Layer, weight: StoredWeight, originals: ReadonlyMap<Variable, Variable>): Promise<number> {
  const original = originals.get(weight.variable);
  if (original === undefined) throw new Error(`The weight ${weight.variable.path} has no original.`);
  const [value] = await readWeights([original]);
  if (!value.data.every(Number.isFinite)) {
    throw new ManabiError(
      'value',
      `Weight '${original.name}' of layer '${layer.name}' (${layer.className}) contains NaN or infinite numbers, which cannot be quantized.`,
      { op: 'quantize', data: { layer: layer.name, weight: original.name } },
    );
  }
  const { shape, data } = value;
  if (weight.scale === null) {
    const half = fromHost(hostArray('float16', shape, Float32Array.from(data)));
    weight.stored.assign(half);
    return relativeError(data, await half.data());
  }
  const quantized = quantizeArray(value, weight.axes);
  weight.stored.assign(fromHost(quantized.integers));
  weight.scale.assign(fromHost(storedScale({ scale: quantized.scale, weight })));
  return relativeError(data, dequantizeArray(quantized).data);
}

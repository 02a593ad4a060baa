import { type ElementArray, fromHost, isTensor, type Tensor } from '@manabi/core';
import type { Datum } from '../data/arrays.ts';
import type { TrainingArrays } from '../data/named-arrays.ts';
import { samplesOf } from '../data/read-data.ts';
import type { QuantizedDType } from '../layer/quantized-as.ts';
import { sampleReader } from '../model/batch-reader.ts';
import type { Model } from '../model/model.ts';
import { layerActivations } from '../networks/inspect.ts';
import { isList } from '../structure/nested.ts';
import type { Logs } from '../training/listeners/batch-logs.ts';

/** Sizes in bytes before and after quantization. */
export interface BytesBeforeAndAfter {
  readonly before: number;
  readonly after: number;
}

/** What quantization changed in one layer. */
export interface QuantizedLayerReport {
  readonly name: string;
  readonly className: string;
  /** Bytes of the layer's own weights. */
  readonly bytes: BytesBeforeAndAfter;
  /** Root mean square error of the quantized weight, relative to that of the weight; the largest, if the layer has several. */
  readonly weightError: number;
  /**
   * Root mean square difference of the layer's outputs to those of the original, relative to the latter, for the first 32
   * samples. It includes the errors of earlier layers. Null without data, and for layers within layers that call them without a name.
   */
  readonly outputError: number | null;
}

/** What a model lost by quantization; see `quantize`. */
export interface QuantizationReport {
  readonly dtype: QuantizedDType;
  /** Bytes of all weights of the model. */
  readonly bytes: BytesBeforeAndAfter;
  /** The layers that were quantized, in order. */
  readonly layers: readonly QuantizedLayerReport[];
  /**
   * Differences of the outputs for `data`, one per output of the model: the largest, and the root mean square relative to the
   * original outputs. Null without data.
   */
  readonly outputs: readonly { readonly maxDifference: number; readonly relativeError: number }[] | null;
  /** Losses and metrics of both models on `data` and `labels`; null without labels. */
  readonly logs: { readonly before: Logs; readonly after: Logs } | null;
}

/** Number of samples with which layers are compared: enough for an estimate, and few enough to keep all outputs in memory. */
const SAMPLES = 32;

interface Comparison {
  readonly model: Model;
  readonly copy: Model;
  readonly data: TrainingArrays;
  readonly labels: TrainingArrays | null;
  readonly layers: readonly QuantizedLayerReport[];
}

/** Compares the outputs of a model with those of its quantized copy. */
export async function compareOutputs({
  model,
  copy,
  data,
  labels,
  layers,
}: Comparison): Promise<Pick<QuantizationReport, 'outputs' | 'logs' | 'layers'>> {
  const expected = await model.predictAll(data);
  const actual = await copy.predictAll(data);
  const outputs = await Promise.all(
    expected.map(async (tensor, i) => {
      const [before, after] = await Promise.all([tensor.data(), actual[i].data()]);
      let maxDifference = 0;
      before.forEach((x, at) => {
        const difference = Math.abs(Number(x) - Number(after[at]));
        if (!(difference <= maxDifference)) maxDifference = difference;
      });
      return { maxDifference, relativeError: relativeError(before, after) };
    }),
  );
  const found = await errorsOfLayers(model, copy, data);
  const logs =
    labels === null
      ? null
      : {
          before: await model.evaluate(data, labels, { verbose: 0 }),
          after: await copy.evaluate(data, labels, { verbose: 0 }),
        };
  return { outputs, logs, layers: layers.map((layer) => ({ ...layer, outputError: found.get(layer.name) ?? null })) };
}

/** Returns the relative errors of the outputs of all layers by name, for the first samples. */
async function errorsOfLayers(model: Model, copy: Model, data: TrainingArrays): Promise<ReadonlyMap<string, number>> {
  const samples = await samplesOf('quantize', model, { x: data, y: null, sampleWeight: null });
  const batch = await sampleReader(samples, SAMPLES, 1).next();
  if (batch === null) return new Map();
  const x = batch.x.map((datum: Datum) => (isTensor(datum) ? datum : fromHost(datum)));
  const inputs = model.inputTypes !== null && isList(model.inputTypes) ? x : x[0];
  const [expected, actual] = [model, copy].map((each) => layerActivations(each, inputs));
  const errors = new Map<string, number>();
  for (const [path, tensor] of Object.entries(expected)) {
    const name = path.split('/').at(-1) ?? path;
    const other: Tensor | undefined = actual[path];
    if (other === undefined || errors.has(name)) continue;
    errors.set(name, relativeError(await tensor.data(), await other.data()));
  }
  return errors;
}

/** Returns the root mean square difference of two arrays, relative to the root mean square of the first. */
export function relativeError(expected: ElementArray, actual: ElementArray): number {
  let [difference, magnitude] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    difference += (expected[i] - actual[i]) ** 2;
    magnitude += expected[i] ** 2;
  }
  return difference === 0 ? 0 : Math.sqrt(difference / magnitude);
}

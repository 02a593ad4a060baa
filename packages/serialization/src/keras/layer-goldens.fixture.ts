import { readdirSync, readFileSync } from 'node:fs';
import { type DType, fromHost, type HostArray, hostArray } from '@manabi/core';
import { dtypes } from '@manabi/ir';
import { type Functional, input, model } from '@manabi/layers';
import { layerFrom } from '@manabi/layers/classes';

/** Array in the goldens of `@manabi/layers`. */
export interface GoldenArray {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** The parts of a golden of a layer that are needed to create a model. */
export interface LayerGolden {
  readonly className: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly call: Readonly<Record<string, unknown>>;
  readonly inputs: readonly GoldenArray[];
  readonly weights: readonly GoldenArray[];
}

const folder = new URL('../../../layers/src/goldens/layers/', import.meta.url);

/** Goldens of every layer. */
export const layerGoldens: readonly LayerGolden[] = readdirSync(folder)
  .filter((file) => file.endsWith('.jsonl'))
  .flatMap((file) => readFileSync(new URL(file, folder), 'utf8').trim().split('\n'))
  .map((line): LayerGolden => JSON.parse(line));

/** Converts an array of a golden to a host array. */
export function toHost({ dtype, shape, data }: GoldenArray): HostArray {
  const elements = dtypes[dtype].create(data.length);
  elements.set(data);
  return hostArray(dtype, shape, elements);
}

/** Creates a functional model of one layer with the golden's weights. */
export async function modelOf(golden: LayerGolden): Promise<Functional> {
  const inputs = golden.inputs.map(({ shape, dtype }) => input({ shape: shape.slice(1), dtype }));
  const layer = await layerFrom(golden.className, golden.options);
  const outputs = layer.applyAll(inputs.length === 1 ? inputs[0] : inputs, golden.call);
  const whole = model({
    inputs: inputs.length === 1 ? inputs[0] : inputs,
    outputs: outputs.length === 1 ? outputs[0] : outputs,
  });
  layer.setWeights(golden.weights.map((weight) => fromHost(toHost(weight))));
  return whole;
}

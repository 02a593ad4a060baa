import type { Tensor } from '@manabi/core';
import { callInDtype } from '../call/autocast.ts';
import type { CalledLayer } from '../call/context.ts';
import { probingRun } from '../call/runs.ts';
import { inferOutputs, mergedTypes } from '../layer/infer-outputs.ts';
import type { Layer } from '../layer/layer.ts';
import { isList, type OneOrMany, type PartialType } from '../structure/nested.ts';

/** Output types of a network and of its direct sublayers. */
export interface ProbedTypes {
  readonly outputs: readonly PartialType[];
  readonly layerOutputs: ReadonlyMap<CalledLayer, readonly PartialType[]>;
}

/** The input and output types of a network that are known so far. */
export class Signature {
  /** Input types; a list if the network takes a list of inputs. */
  inputs: OneOrMany<PartialType> | null = null;
  found: ProbedTypes | null = null;

  /** Default names of inputs: `input`, `input_1`, … */
  get inputNames(): readonly string[] {
    return numbered('input', this.inputs === null || !isList(this.inputs) ? 1 : this.inputs.length);
  }

  /** Default names of outputs: `output`, `output_1`, … */
  get outputNames(): readonly string[] {
    return numbered('output', this.found?.outputs.length ?? 1);
  }
}

function numbered(name: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => (i === 0 ? name : `${name}_${i}`));
}

/** Infers the output types of a network by tracing its `call`, which also creates the weights of its layers. */
export function probeTypes(network: Layer, inputs: OneOrMany<PartialType>): ProbedTypes {
  const seen: { readonly layer: CalledLayer; readonly outputs: readonly Tensor[] }[][] = [];
  const run = {
    ...probingRun(),
    intercept: (layer: CalledLayer, outputs: readonly Tensor[], path: readonly string[]) => {
      if (path.length === 2) seen.at(-1)?.push({ layer, outputs });
      return outputs;
    },
  };
  const outputs = inferOutputs(
    network.name,
    inputs,
    {},
    (placeholders, context) => {
      seen.push([]);
      return callInDtype(network, placeholders, context);
    },
    run,
  );
  const [first, second = first] = seen;
  const layerOutputs = new Map<CalledLayer, readonly PartialType[]>();
  first.forEach(({ layer, outputs }, i) => {
    if (!layerOutputs.has(layer)) layerOutputs.set(layer, mergedTypes(layer.name, outputs, second[i].outputs));
  });
  return { outputs, layerOutputs };
}

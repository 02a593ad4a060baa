import type { Model } from '@manabi/layers';

/** A weight of a layer with its values. */
export interface LayerWeight {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** A layer of a network, as plain data for other libraries. */
export interface LayerStructure {
  readonly name: string;
  /** Class name in Keras. */
  readonly kind: string;
  /** Options by their names in Keras, in camel case. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Names of the layers whose outputs the layer takes. */
  readonly inputs: readonly string[];
  readonly weights: Readonly<Record<string, LayerWeight>>;
}

/** Returns the layers of a network with one input and one output, in the order of computation. */
export async function structureOf(model: Model): Promise<readonly LayerStructure[]> {
  const structures: LayerStructure[] = [];
  for (const layer of model.layers) {
    const weights: Record<string, LayerWeight> = {};
    for (const variable of layer.weights) {
      if (variable.dtype !== 'float32') continue;
      weights[variable.name] = { shape: variable.shape, values: Float32Array.from(await variable.value.data()) };
    }
    const connections = model.connectionsOf(layer).map((connection) => connection.replace(/\[\d+\]\[\d+\]$/, ''));
    const before = structures.at(-1);
    // A sequential model states no connections.
    const inputs = connections.length > 0 || before === undefined ? connections : [before.name];
    const isStart = layer.className === 'InputLayer';
    structures.push({
      name: layer.name,
      kind: layer.className,
      config: layer.getConfig(),
      inputs: isStart ? [] : inputs,
      weights,
    });
  }
  return structures;
}

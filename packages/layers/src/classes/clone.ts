import { ManabiError } from '@manabi/core';
import { readArgument } from '@manabi/errors';
import { classNameOfLayer, describeLayer } from '../layer/describe-layer.ts';
import type { Layer } from '../layer/layer.ts';
import type { LayerClass } from '../layer/layer-class.ts';
import { layerKind } from '../layer/layer-kind.ts';
import { InputLayer } from '../layers/core/input-layer.ts';
import { layerOf } from './layer-of.ts';

/**
 * Creates a layer or model with the same config and newly initialized weights. To copy the weights as well:
 * `copy.setWeights(await model.getWeights())`.
 *
 * @throws ManabiError `argument` for a class whose constructor does not accept its config
 * @example
 * ```ts
 * import { cloneModel, layers, sequential } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 1, inputShape: [2] })]);
 * const copy = cloneModel(model); // same layers, new weights
 * copy.setWeights(await model.getWeights());
 * console.log(copy.countParams(), copy === model); // 3 false
 * ```
 */
export function cloneModel(model: Layer): Layer {
  readArgument('cloneModel', 'model', model, layerKind);
  const classes = new Map<string, unknown>([['InputLayer', InputLayer]]);
  const within = new Set([model]);
  for (const layer of within) {
    classes.set(classNameOfLayer(layer), layer.constructor);
    for (const inner of layer.sublayers) within.add(inner);
  }
  return layerOf(describeLayer(model), (className) => {
    const found = classes.get(className);
    // `constructor` of a layer is a layer class, which checks the config itself.
    if (found !== undefined) return found as LayerClass;
    throw new ManabiError(
      'argument',
      `The config of '${model.name}' contains a layer of class '${className}' that is not a sublayer of the model. Store ` +
        'the layer in a field.',
      {
        op: 'cloneModel',
        data: { model: model.name, className },
      },
    );
  });
}

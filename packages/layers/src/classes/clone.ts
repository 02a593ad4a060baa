import { ManabiError } from '@manabi/core';
import { readArgument } from '@manabi/errors';
import { classNameOfLayer, describeLayer } from '../layer/describe-layer.ts';
import type { Layer } from '../layer/layer.ts';
import type { LayerClass } from '../layer/layer-class.ts';
import { layerKind } from '../layer/layer-kind.ts';
import { InputLayer } from '../layers/core/input-layer.ts';
import { layerOf } from './layer-of.ts';

/**
 * A layer or model of the same config, with weights of its own, freshly drawn. To copy the weights too:
 * `copy.setWeights(await model.getWeights())`.
 *
 * @throws ManabiError `argument` for a class whose constructor does not take its config
 * @example `const copy = cloneModel(model)`
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
    // The class of a layer makes layers; whether it takes a config, its constructor checks.
    if (found !== undefined) return found as LayerClass;
    throw new ManabiError(
      'argument',
      `The config of '${model.name}' has a layer of class '${className}', which it does not hold.`,
      {
        op: 'cloneModel',
        data: { model: model.name, className },
      },
    );
  });
}

import { readArgument } from '@manabi/errors';
import { describeLayer } from '../layer/describe-layer.ts';
import type { Layer } from '../layer/layer.ts';
import { layerKind } from '../layer/layer-kind.ts';
import { layerFromDescription } from './classes.ts';

/**
 * A layer or model of the same config, with weights of its own, freshly drawn. To copy the weights too:
 * `copy.setWeights(await model.getWeights())`.
 *
 * @throws ManabiError `argument` for a class of your own that is not registered
 */
export function cloneModel(model: Layer): Layer {
  return layerFromDescription(describeLayer(readArgument('cloneModel', 'model', model, layerKind)));
}

import { type Kind, wrongArgument } from '@manabi/errors';
import { Layer } from './layer.ts';

/** Validates an argument that must be a layer or model. */
export const layerKind: Kind<Layer> = {
  expected: 'a layer, such as layers.dense({ units: 10 })',
  accepts: (given) => given instanceof Layer,
  read: (given, place) => {
    if (given instanceof Layer) return given;
    throw wrongArgument(place, layerKind.expected, given, adviceOn(given));
  },
};

/** Returns advice, for an error message, on a class or function that was passed in place of a layer. */
function adviceOn(given: unknown): string {
  if (typeof given !== 'function' || given.name === '') return '';
  return given.prototype instanceof Layer
    ? `Create an instance: new ${given.name}(options).`
    : `Call the function to create a layer: ${given.name}(options).`;
}

import { type Kind, wrongArgument } from '@manabi/errors';
import { Layer } from './layer.ts';

/** The kind of layers, models included. */
export const layerKind: Kind<Layer> = {
  expected: 'a layer, such as layers.dense({ units: 10 })',
  accepts: (given) => given instanceof Layer,
  read: (given, place) => {
    if (given instanceof Layer) return given;
    throw wrongArgument(place, layerKind.expected, given, adviceOn(given));
  },
};

/** What to do with a class or a function that was given in place of a layer. */
function adviceOn(given: unknown): string {
  if (typeof given !== 'function' || given.name === '') return '';
  return given.prototype instanceof Layer
    ? `Make one: new ${given.name}(options).`
    : `Call the function that makes it: ${given.name}(options).`;
}

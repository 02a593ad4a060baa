import { ManabiError } from '@manabi/core';
import { anyOf, integer, readArgument, text } from '@manabi/errors';
import { didYouMean, nearestNames } from '@manabi/errors/internal';
import type { Layer } from '../layer/layer.ts';

/**
 * A layer right within another, by name or place.
 *
 * @throws ManabiError `argument` if there is none, with the nearest names; `index` for a place beyond the last
 */
export function findLayer(owner: Layer, nameOrIndex: string | number): Layer {
  readArgument('getLayer', 'nameOrIndex', nameOrIndex, anyOf(integer(), text));
  const { sublayers } = owner;
  const found =
    typeof nameOrIndex === 'number' ? sublayers.at(nameOrIndex) : sublayers.find(({ name }) => name === nameOrIndex);
  if (found !== undefined) return found;
  if (typeof nameOrIndex === 'number') {
    throw new ManabiError('index', `'${owner.name}' has ${sublayers.length} layers, none at index ${nameOrIndex}.`, {
      op: 'getLayer',
      data: { layer: owner.name, index: nameOrIndex, count: sublayers.length },
    });
  }
  const names = sublayers.map(({ name }) => name);
  throw new ManabiError(
    'argument',
    `'${owner.name}' has no layer called '${nameOrIndex}'. ${didYouMean(nameOrIndex, names)}`,
    {
      op: 'getLayer',
      data: { layer: owner.name, name: nameOrIndex, nearest: nearestNames(nameOrIndex, names) },
    },
  );
}

/**
 * Checks that no two layers have one name.
 *
 * @throws ManabiError `argument` with the name and the classes
 */
export function checkUniqueNames(op: string, owner: string, layers: readonly Layer[]): void {
  const seen = new Map<string, Layer>();
  for (const layer of layers) {
    const other = seen.get(layer.name);
    seen.set(layer.name, layer);
    if (other === undefined) continue;
    throw new ManabiError(
      'argument',
      other === layer
        ? `Layer '${layer.name}' is in '${owner}' twice. A layer that is used again shares its weights: that takes the ` +
            'functional form, layer.apply(x) twice.'
        : `Two layers of '${owner}' are called '${layer.name}' (${other.className} and ${layer.className}). Give one of ` +
            'them another name.',
      { op, data: { model: owner, name: layer.name } },
    );
  }
}

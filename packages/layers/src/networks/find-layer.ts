import { ManabiError } from '@manabi/core';
import { anyOf, integer, readArgument, text } from '@manabi/errors';
import { didYouMean, nearestNames } from '@manabi/errors/internal';
import type { Layer } from '../layer/layer.ts';

/**
 * Returns a direct sublayer by name or index.
 *
 * @throws ManabiError `argument` for an unknown name, with the nearest ones; `index` for an index out of range
 */
export function findLayer(owner: Layer, nameOrIndex: string | number): Layer {
  readArgument('getLayer', 'nameOrIndex', nameOrIndex, anyOf(integer(), text));
  const { sublayers } = owner;
  const found =
    typeof nameOrIndex === 'number' ? sublayers.at(nameOrIndex) : sublayers.find(({ name }) => name === nameOrIndex);
  if (found !== undefined) return found;
  if (typeof nameOrIndex === 'number') {
    throw new ManabiError(
      'index',
      `Index ${nameOrIndex} is out of range: '${owner.name}' has ${sublayers.length} layers.`,
      {
        op: 'getLayer',
        data: { layer: owner.name, index: nameOrIndex, count: sublayers.length },
      },
    );
  }
  const names = sublayers.map(({ name }) => name);
  throw new ManabiError(
    'argument',
    `'${owner.name}' has no layer '${nameOrIndex}'. ${didYouMean(nameOrIndex, names)}`,
    {
      op: 'getLayer',
      data: { layer: owner.name, name: nameOrIndex, nearest: nearestNames(nameOrIndex, names) },
    },
  );
}

/**
 * Checks that layer names are unique.
 *
 * @throws ManabiError `argument` with the duplicate name and the classes of both layers
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
        ? `Layer '${layer.name}' is in '${owner}' twice. To share its weights, use the functional form and call ` +
            'layer.apply(x) twice.'
        : `Two layers of '${owner}' have the name '${layer.name}' (${other.className} and ${layer.className}). Rename one ` +
            'of them.',
      { op, data: { model: owner, name: layer.name } },
    );
  }
}

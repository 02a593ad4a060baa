import { FileError } from '@manabi/files';
import type { Layer, Model } from '@manabi/layers';

/**
 * How the layers of a file are matched with those of a model:
 *
 * - `'order'`: the layers with weights, in order; both must have the same number of them
 * - `'name'`: by name; the file must have all layers of the model, and its further layers are ignored
 * - `'shared'`: by name; only layers that both have are loaded, at least one
 */
export type WeightsMatch = 'order' | 'name' | 'shared';

/**
 * Returns the layers of a model with their counterparts in a file.
 *
 * @param inFile the layers of the file that have weights, in order
 * @throws FileError `corrupt` if a counterpart is missing, with the names of the layers
 */
export function pairLayers<L extends { readonly name: string }>(
  source: string,
  model: Model,
  inFile: readonly L[],
  match: WeightsMatch,
): readonly (readonly [Layer, L])[] {
  const inModel = model.layers.filter((layer) => layer.weights.length > 0);
  if (match === 'order') {
    if (inFile.length !== inModel.length) throw otherLayers(source, model, inFile, inModel);
    return inModel.map((layer, i) => [layer, inFile[i]]);
  }
  const named = new Map(inFile.map((layer) => [layer.name, layer]));
  const missing = inModel.filter(({ name }) => !named.has(name));
  if (match === 'name' && missing.length > 0) throw otherLayers(source, model, inFile, inModel, missing);
  if (missing.length === inModel.length) throw otherLayers(source, model, inFile, inModel, missing);
  return inModel.flatMap((layer) => {
    const found = named.get(layer.name);
    return found === undefined ? [] : [[layer, found] as const];
  });
}

function otherLayers(
  source: string,
  model: Model,
  inFile: readonly { readonly name: string }[],
  inModel: readonly Layer[],
  missing: readonly Layer[] = [],
): FileError {
  const namesOf = (layers: readonly { readonly name: string }[]): readonly string[] => layers.map(({ name }) => name);
  const [expected, got] = [namesOf(inModel), namesOf(inFile)];
  const found = `the file has weights for ${got.length} layers (${got.join(', ')})`;
  const problem =
    missing.length === 0
      ? `${found}, the model has ${expected.length} layers with weights (${expected.join(', ')})`
      : `it lacks layer '${missing[0].name}'${missing.length > 1 ? ` and ${missing.length - 1} more` : ''}: ${found}`;
  return new FileError('corrupt', `The weights in ${source} do not fit model '${model.name}': ${problem}.`, {
    data: { source, model: model.name, expected, got, missing: namesOf(missing) },
  });
}

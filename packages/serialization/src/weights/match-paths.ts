import { ManabiError } from '@manabi/core';
import { didYouMean } from '@manabi/errors/internal';

/**
 * Returns which weight of a file belongs to which weight of a model, by path. Layers without a name are numbered in
 * order of creation, so a model that is created again may have other numbers. If only these numbers differ, weights are
 * matched in order.
 *
 * @param source name of the file for messages
 * @throws ManabiError `argument` if the models differ, with the paths
 */
export function matchPaths(
  source: string,
  inFile: readonly string[],
  inModel: readonly string[],
): ReadonlyMap<string, string> {
  const known = new Set(inModel);
  if (inFile.length === inModel.length) {
    if (inFile.every((path) => known.has(path))) return new Map();
    if (inFile.every((path, i) => withoutNumbers(path) === withoutNumbers(inModel[i]))) {
      return new Map(inFile.map((path, i) => [path, inModel[i]]));
    }
  }
  const given = new Set(inFile);
  const missing = inModel.filter((path) => !given.has(path));
  const unexpected = inFile.filter((path) => !known.has(path));
  const [first] = missing;
  throw new ManabiError(
    'argument',
    first === undefined
      ? `Unexpected weights in ${source}: ${unexpected.join(', ')}. Check that the file belongs to this model.`
      : `Missing weight '${first}'${missing.length > 1 ? ` and ${missing.length - 1} more` : ''} in ${source}. ` +
          `${didYouMean(first, unexpected)} Check that the file belongs to this model.`,
    { op: 'restoreCheckpoint', data: { source, missing, unexpected } },
  );
}

/** Removes automatic layer numbers from a path: `dense_2/kernel` becomes `dense/kernel`. */
export function withoutNumbers(path: string): string {
  return path
    .split('/')
    .map((part) => part.replace(/_\d+$/, ''))
    .join('/');
}

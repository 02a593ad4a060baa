import { ManabiError } from '@manabi/core';
import { didYouMean } from '@manabi/errors';

/**
 * Which weight of a model each weight of a file is: the one of the same path. Layers that nobody named are numbered as
 * they are made, so that a model that is made again may have other numbers: if that is all, the order decides.
 *
 * @param source the file, for messages
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
      ? `${source} holds weights that the model has not: ${unexpected.join(', ')}. Is it of another model?`
      : `${source} holds no '${first}'${missing.length > 1 ? `, and ${missing.length - 1} other weights of the model` : ''}. ` +
          `${didYouMean(first, unexpected)} Is it of another model?`,
    { op: 'restoreCheckpoint', data: { source, missing, unexpected } },
  );
}

/** A path without the numbers of layers that nobody named: `dense/kernel` of `dense_2/kernel`. */
export function withoutNumbers(path: string): string {
  return path
    .split('/')
    .map((part) => part.replace(/_\d+$/, ''))
    .join('/');
}

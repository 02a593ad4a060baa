import { ManabiError } from '@manabi/errors';
import type { Source } from '../stores/index.ts';

/**
 * Returns where a file beside `model.json` is.
 *
 * @param source source of `model.json`: a path or a URL
 * @param path path of the file, relative to the folder of `model.json`
 * @throws ManabiError `argument` if the folder is unknown, because the source is a blob, bytes or a store
 */
export function shardLocation(source: Source, path: string): string | URL {
  if (source instanceof URL) return new URL(path, source);
  if (typeof source === 'string') {
    if (/^(https?|file):/i.test(source)) return new URL(path, source);
    if (!/^(data|blob):/i.test(source)) return source.slice(0, folderLength(source)) + path;
  }
  throw new ManabiError(
    'argument',
    `The folder of the weights is unknown, since model.json is not a path or a URL. Pass \`openShard\`, which returns the ` +
      `source of each file: openShard: (path) => files[path]. First path: '${path}'.`,
    { op: 'loadWeights', data: { path } },
  );
}

/** Returns the length of the part of a path before the name of the file. */
function folderLength(path: string): number {
  return Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1;
}

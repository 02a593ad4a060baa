import { readArgument } from '@manabi/errors';
import { FileError } from './file-error.ts';
import type { AccessOptions, FileSource, SourceKind } from './kinds.ts';
import { sourceKind } from './kinds.ts';
import { hasNode, nodeModule } from './node.ts';

/** Where the bytes of a source are: at a path, at a URL, or in a blob. */
export type Location =
  | { readonly kind: 'path'; readonly path: string; readonly name: string }
  | { readonly kind: 'url'; readonly url: string; readonly name: string }
  | { readonly kind: 'blob'; readonly blob: Blob; readonly name: string };

const URL_SCHEME = /^(https?|file|data|blob):/i;

/**
 * Returns the name of a source for messages: its path, its URL (cut at 120 characters), or the name or size of a blob.
 *
 * @example
 * ```ts
 * import { nameOf } from '@manabi/files';
 *
 * console.log(nameOf('models/vgg16.keras')); // models/vgg16.keras
 * console.log(nameOf(new Blob(['abc']))); // a blob of 3 bytes
 * ```
 */
export function nameOf(source: FileSource): string {
  readArgument('nameOf', 'source', source, sourceKind);
  if (source instanceof Blob) {
    return 'name' in source && typeof source.name === 'string' ? source.name : `a blob of ${source.size} bytes`;
  }
  const text = String(source);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

/**
 * Determines whether a source is a path, a URL or a blob, and checks the options `allow` and `within`.
 *
 * @throws FileError `unsupported` for a URL with an unsupported scheme; `refused` for a source that `allow` or `within`
 * excludes
 */
export async function locate(source: FileSource, { allow, within }: AccessOptions = {}): Promise<Location> {
  const location = await locateAny(source);
  const kind = kindOf(location);
  if (allow !== undefined && !allow.includes(kind)) {
    throw new FileError(
      'refused',
      `Refused to read ${location.name}: \`allow\` [${allow.map((each) => `'${each}'`).join(', ')}] does not include '${kind}'. Add it only if the source is trusted.`,
      { data: { source: location.name, kind, allow } },
    );
  }
  if (within === undefined || location.kind !== 'path') return location;
  return { ...location, path: await pathWithin(location.path, within) };
}

function kindOf(location: Location): SourceKind {
  if (location.kind !== 'url') return location.kind === 'path' ? 'file' : 'blob';
  const scheme = URL_SCHEME.exec(location.url)?.[1].toLowerCase();
  return scheme === 'http' || scheme === 'https' || scheme === 'data' || scheme === 'blob' ? scheme : 'file';
}

/**
 * Returns the path of a file after its links are resolved. Throws if this path is not in the given folder.
 *
 * @throws FileError `refused` for a file outside the folder, including one that a link in the folder points to
 */
async function pathWithin(path: string, folder: string): Promise<string> {
  const { realpath } = await nodeModule('fs/promises');
  const { isAbsolute, relative, resolve } = await nodeModule('path');
  const real = (each: string): Promise<string> => realpath(each).catch(() => resolve(each));
  const found = await real(path);
  const way = relative(await real(folder), found);
  if (way !== '' && way !== '..' && !/^\.\.[\\/]/.test(way) && !isAbsolute(way)) return found;
  throw new FileError(
    'refused',
    `Refused to read ${path}: it is outside the folder ${folder} of \`within\`. Pass a path in this folder.`,
    {
      data: { source: path, within: folder },
    },
  );
}

async function locateAny(source: FileSource): Promise<Location> {
  const name = nameOf(source);
  if (source instanceof Blob) return { kind: 'blob', blob: source, name };
  const text = String(source);
  const scheme = URL_SCHEME.exec(text)?.[1].toLowerCase();
  if (scheme === 'file' && hasNode) {
    const { fileURLToPath } = await nodeModule('url');
    try {
      return { kind: 'path', path: fileURLToPath(text), name };
    } catch (cause) {
      throw new FileError(
        'unsupported',
        `Cannot read ${name}: it is not a file: URL for this machine. Pass a path, or a URL such as file:///path.`,
        {
          data: { source: name },
          cause,
        },
      );
    }
  }
  if (scheme !== undefined) return { kind: 'url', url: text, name };
  if (source instanceof URL) {
    throw new FileError(
      'unsupported',
      `Cannot read ${name}: unsupported URL scheme '${source.protocol}'. Pass a file:, http:, https:, data: or blob: URL.`,
      {
        data: { source: name, scheme: source.protocol },
      },
    );
  }
  return hasNode ? { kind: 'path', path: text, name } : { kind: 'url', url: pageUrl(text), name };
}

function pageUrl(relative: string): string {
  const base = globalThis.document?.baseURI ?? globalThis.location?.href;
  return new URL(relative, base).href;
}

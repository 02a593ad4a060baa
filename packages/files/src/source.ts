import { FileError } from './file-error.ts';
import { hasNode, nodeModule } from './node.ts';

/**
 * What can be read: a path, a URL (`file:`, `http:`, `https:`, `data:`, `blob:`) as text or as a `URL`, or a `Blob`
 * (a `File` of an upload is one). In pages a text that is no URL is taken relative to the page.
 */
export type FileSource = string | URL | Blob;

/** A source made plain: where its bytes are fetched from. */
export type Location =
  | { readonly kind: 'path'; readonly path: string; readonly name: string }
  | { readonly kind: 'url'; readonly url: string; readonly name: string }
  | { readonly kind: 'blob'; readonly blob: Blob; readonly name: string };

const URL_SCHEME = /^(https?|file|data|blob):/i;

/** Text of a source for messages: path, URL (cut at 120 characters), or the name and size of a blob. */
export function nameOf(source: FileSource): string {
  if (source instanceof Blob) {
    return 'name' in source && typeof source.name === 'string' ? source.name : `a blob of ${source.size} bytes`;
  }
  const text = String(source);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

/**
 * Finds out where a source's bytes are.
 *
 * @throws FileError `unsupported` for a URL of another scheme than the five.
 */
export async function locate(source: FileSource): Promise<Location> {
  const name = nameOf(source);
  if (source instanceof Blob) return { kind: 'blob', blob: source, name };
  const text = String(source);
  const scheme = URL_SCHEME.exec(text)?.[1].toLowerCase();
  if (scheme === 'file' && hasNode) {
    const { fileURLToPath } = await nodeModule('url');
    return { kind: 'path', path: fileURLToPath(text), name };
  }
  if (scheme !== undefined) return { kind: 'url', url: text, name };
  if (source instanceof URL) {
    throw new FileError('unsupported', `Cannot read ${name}: give a file, http, https, data or blob URL.`, {
      data: { source: name, scheme: source.protocol },
    });
  }
  return hasNode ? { kind: 'path', path: text, name } : { kind: 'url', url: pageUrl(text), name };
}

function pageUrl(relative: string): string {
  const base = globalThis.document?.baseURI ?? globalThis.location?.href;
  return new URL(relative, base).href;
}

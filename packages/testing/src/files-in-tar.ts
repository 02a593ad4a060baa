import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/**
 * Reads a `.tar.gz` archive into memory, and returns the contents of its files by their paths in the archive.
 *
 * @example
 * ```ts no-run
 * const model = filesInTar('models.tar.gz').get('mnist/model.onnx');
 * ```
 */
export function filesInTar(path: string): ReadonlyMap<string, Uint8Array<ArrayBuffer>> {
  const bytes = gunzipSync(readFileSync(path));
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const text = (from: number, length: number): string =>
    bytes.toString('utf8', from, from + length).replace(/\0.*$/s, '');
  for (let at = 0; at + 512 <= bytes.length && bytes[at] !== 0; ) {
    const [name, prefix, kind] = [text(at, 100), text(at + 345, 155), bytes[at + 156]];
    const size = Number.parseInt(text(at + 124, 12).trim(), 8);
    // In a tar header, the type '0' or NUL marks a regular file.
    if (kind === 0x30 || kind === 0) {
      files.set(prefix === '' ? name : `${prefix}/${name}`, new Uint8Array(bytes.subarray(at + 512, at + 512 + size)));
    }
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

import { readFileSync } from 'node:fs';

/** Returns a file written by `tooling/goldens/files`. */
export function goldens<T>(name: 'hdf5' | 'hdf5-structures' | 'numpy' | 'safetensors' | 'zip'): T {
  const text = readFileSync(new URL(`./goldens/${name}.json`, import.meta.url), 'utf8');
  // The script determines the structure of the file.
  return JSON.parse(text) as T;
}

/** Decodes base64 in a golden. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(text, 'base64'));
}

/** Converts the numbers of a golden, which has strings for values that JSON cannot represent. */
export function toNumbers(values: readonly (number | string)[]): number[] {
  return values.map((value) => (value === 'inf' ? Infinity : value === '-inf' ? -Infinity : Number(value)));
}

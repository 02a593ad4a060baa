import { readFileSync } from 'node:fs';

/** Reads the expected values for a file format, which the scripts in `tooling/goldens/files` computed and saved. */
export function goldens<T>(name: 'hdf5' | 'hdf5-structures' | 'numpy' | 'safetensors' | 'zip'): T {
  const text = readFileSync(new URL(`./goldens/${name}.json`, import.meta.url), 'utf8');
  // The script that writes the file determines its structure.
  return JSON.parse(text) as T;
}

/** Decodes base64 text from a file of expected values. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(text, 'base64'));
}

/** Converts numbers from a file of expected values, in which NaN and infinities are strings. */
export function toNumbers(values: readonly (number | string)[]): number[] {
  return values.map((value) => (value === 'inf' ? Infinity : value === '-inf' ? -Infinity : Number(value)));
}

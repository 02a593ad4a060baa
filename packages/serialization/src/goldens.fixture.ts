import { readFileSync } from 'node:fs';

/** Returns what `tooling/goldens/files` wrote. */
export function goldens<T>(name: 'hdf5' | 'hdf5-structures' | 'numpy' | 'safetensors' | 'zip'): T {
  const text = readFileSync(new URL(`./goldens/${name}.json`, import.meta.url), 'utf8');
  // The script decides what is in it.
  return JSON.parse(text) as T;
}

/** Bytes that stand in a golden as base64. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(text, 'base64'));
}

/** Numbers of a golden, where JSON has no way to write some. */
export function toNumbers(values: readonly (number | string)[]): number[] {
  return values.map((value) => (value === 'inf' ? Infinity : value === '-inf' ? -Infinity : Number(value)));
}

import { type HostArray, ManabiError, openNpz } from 'manabi';
import type { Samples } from '../recipes/index.ts';

/** Names of the two arrays in an NPZ archive that contain samples and labels. */
export type ArrayNames = readonly [x: string, y: string];

/** Names of the arrays with training samples and labels. */
export const TRAINING: readonly ArrayNames[] = [['x_train', 'y_train']];

/** Names of the arrays with test samples and labels, in order of preference. */
export const TESTING: readonly ArrayNames[] = [
  ['x_test', 'y_test'],
  ['x', 'y'],
];

/** Returns whether a path ends in `.npz`. */
export function isNpz(path: string): boolean {
  return path.toLowerCase().endsWith('.npz');
}

/**
 * Reads samples and labels from an NPZ archive, and no other arrays.
 *
 * @param known pairs of array names, in order of preference; the first pair that the archive contains is read
 * @throws FileError from `openNpz`; ManabiError `file` if no pair is found, `shape` if samples and labels differ in
 * number, `value` for values that are not finite
 */
export async function npzSamples(path: string, known: readonly ArrayNames[]): Promise<Samples> {
  const file = await openNpz(path);
  try {
    const names = known.find((pair) => pair.every((name) => file.names.includes(name)));
    if (names !== undefined) {
      const samples = { x: await file.read(names[0]), y: await file.read(names[1]) };
      checkSamples(path, names, samples);
      return samples;
    }
    throw new ManabiError(
      'file',
      `${path} contains ${file.names.length === 0 ? 'no arrays' : `the arrays ${file.names.join(', ')}`}; expected ` +
        `${known.map((pair) => pair.join(' and ')).join(', or ')}.`,
      { data: { source: path, found: file.names } },
    );
  } finally {
    await file.close();
  }
}

function checkSamples(path: string, [xName, yName]: ArrayNames, { x, y }: Samples): void {
  if (x.shape.length === 0 || y.shape.length === 0 || x.shape[0] !== y.shape[0]) {
    throw new ManabiError(
      'shape',
      `${path}: the number of samples and labels differs: ${xName} is ${text(x)}, ${yName} is ${text(y)}. Their first axes ` +
        'must have the same length.',
      { data: { source: path, arrays: { [xName]: x.shape, [yName]: y.shape } } },
    );
  }
  checkFinite(path, xName, x);
  checkFinite(path, yName, y);
}

function checkFinite(path: string, array: string, { dtype, shape, data }: HostArray): void {
  if (!dtype.includes('float')) return;
  const at = data.findIndex((value: number | bigint) => !Number.isFinite(Number(value)));
  if (at === -1) return;
  const sample = Math.floor(at / (data.length / shape[0]));
  throw new ManabiError(
    'value',
    `${path}: ${array} contains ${data[at]} in sample ${sample}. Remove samples with values that are not finite.`,
    { data: { source: path, array, sample, value: Number(data[at]) } },
  );
}

function text({ dtype, shape }: HostArray): string {
  return `${dtype} [${shape.join(', ')}]`;
}

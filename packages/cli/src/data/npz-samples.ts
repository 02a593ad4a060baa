import { type HostArray, ManabiError, openNpz } from 'manabi';
import type { Samples } from '../recipes/index.ts';

/** What samples and labels are called in an archive. */
export type ArrayNames = readonly [x: string, y: string];

/** Those of samples to train with. */
export const TRAINING: readonly ArrayNames[] = [['x_train', 'y_train']];

/** Those of samples to test with. */
export const TESTING: readonly ArrayNames[] = [
  ['x_test', 'y_test'],
  ['x', 'y'],
];

/** Whether a place is an archive of NumPy. */
export function isNpz(place: string): boolean {
  return place.toLowerCase().endsWith('.npz');
}

/**
 * Samples in an archive of NumPy; no other arrays are read.
 *
 * @param known the names that they may have, the first that are there being taken
 * @throws FileError as `openNpz`; ManabiError `file` for an archive without them, `shape` if they are not equally
 * many, `value` for numbers that are not finite
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
      `${path} holds ${file.names.join(', ') || 'nothing'}; samples are looked for as ` +
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
      `${path}: ${xName} is ${text(x)} and ${yName} is ${text(y)}; each sample needs one label, so their first lengths must ` +
        'be the same.',
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
    `${path}: ${array} holds ${data[at]} in sample ${sample}, and no accuracy comes of that. Leave such samples out.`,
    { data: { source: path, array, sample, value: Number(data[at]) } },
  );
}

function text({ dtype, shape }: HostArray): string {
  return `${dtype} [${shape.join(', ')}]`;
}

import { ManabiError, openNpz } from 'manabi';
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
 * @throws FileError as `openNpz`; ManabiError `file` for an archive without them
 */
export async function npzSamples(path: string, known: readonly ArrayNames[]): Promise<Samples> {
  const file = await openNpz(path);
  try {
    const names = known.find((pair) => pair.every((name) => file.names.includes(name)));
    if (names !== undefined) return { x: await file.read(names[0]), y: await file.read(names[1]) };
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

import { ManabiError, readNpz } from 'manabi';
import type { Samples } from '../recipes/index.ts';
import { readDigits } from './digits.ts';
import { firstRows } from './first-rows.ts';

/** What samples and labels are called in `.npz` files. */
const NAMES: readonly (readonly [x: string, y: string])[] = [
  ['x_test', 'y_test'],
  ['x', 'y'],
];

/**
 * The samples to test with.
 *
 * @param place `mnist`, the folder or URL of MNIST's files, or a `.npz` file with `x_test` and `y_test`, or `x` and `y`
 * @param samples how many are taken, from the first on; null for all
 * @throws FileError, ManabiError as `readNpz` and `readDigits`; ManabiError `file` for arrays of other names
 */
export async function readTestData(place: string, samples: number | null): Promise<Samples> {
  if (!place.toLowerCase().endsWith('.npz')) return (await readDigits(place, samples)).test;
  const arrays = new Map(Object.entries(await readNpz(place)));
  for (const [xName, yName] of NAMES) {
    const [x, y] = [arrays.get(xName), arrays.get(yName)];
    if (x !== undefined && y !== undefined) return firstRows({ x, y }, samples);
  }
  const found = [...arrays.keys()];
  throw new ManabiError(
    'file',
    `${place} holds ${found.join(', ') || 'nothing'}; samples are looked for as ${NAMES.map((pair) => pair.join(' and ')).join(', or ')}.`,
    { data: { source: place, found } },
  );
}

import { openNpzArchive } from '@manabi/data/internal';
import { integer, type KindsOf, ManabiError, number, optional } from '@manabi/errors';
import type { HostArray } from '@manabi/ir';
import { NumpyRandom } from '../numpy/numpy-random.ts';
import {
  type FileOptions,
  fileKinds,
  floats,
  gatherRows,
  openPublished,
  type PublishedFile,
} from '../published/index.ts';

/** Rows of features with the numbers to predict. */
export interface FeaturesAndTargets {
  /** Features: float32 `[count, features]`. */
  readonly features: HostArray;
  /** Numbers to predict: float32 `[count]`. */
  readonly targets: HostArray;
}

/** Features and targets for training and for testing. */
export interface RegressionData {
  readonly train: FeaturesAndTargets;
  readonly test: FeaturesAndTargets;
}

/** Options of the datasets of houses. */
export interface RegressionOptions extends FileOptions {
  /** Fraction of the rows to test with, in [0, 1) (default 0.2). */
  readonly testSplit?: number;
  /** Seed of the order of rows, an integer in [0, 2^32) (default 113). The order is that of Keras. */
  readonly seed?: number;
}

/** Validators for the options of the datasets of houses. */
export const regressionKinds = {
  ...fileKinds,
  testSplit: optional(number({ min: 0, below: 1 }), 0.2),
  seed: optional(integer({ min: 0, below: 2 ** 32 }), 113),
} satisfies KindsOf<RegressionOptions>;

/** What to read from an archive with the arrays `x` and `y`. */
interface Regression extends Required<Pick<RegressionOptions, 'testSplit' | 'seed'>>, FileOptions {
  readonly op: string;
  readonly published: PublishedFile;
  readonly featureCount: number;
  /** Number of rows to use, from the first one. */
  readonly rows?: number;
}

/** Reads the arrays `x` and `y`, shuffles their rows as Keras does, and splits them. */
export async function readRegression(regression: Regression): Promise<RegressionData> {
  const { op, published, featureCount, rows = Infinity, testSplit, seed } = regression;
  const file = await openPublished(published, regression);
  try {
    const archive = await openNpzArchive(file);
    const [x, y] = [floats(await archive.read('x')), floats(await archive.read('y'))];
    const [count] = x.shape;
    if (x.shape.length !== 2 || x.shape[1] !== featureCount || y.shape.length !== 1 || y.shape[0] !== count) {
      throw new ManabiError(
        'file',
        `${file.name} is not ${published.name}: expected x [count, ${featureCount}] and y [count]; got x ` +
          `[${x.shape.join(', ')}] and y [${y.shape.join(', ')}]. Check its location.`,
        { op, data: { source: file.name, x: x.shape, y: y.shape } },
      );
    }
    const indices = Array.from({ length: Math.min(count, rows) }, (_, i) => i);
    const order = new NumpyRandom(seed).shuffled(indices);
    const trained = Math.trunc(order.length * (1 - testSplit));
    const part = (indices: readonly number[]): FeaturesAndTargets => ({
      features: gatherRows(x, indices),
      targets: gatherRows(y, indices),
    });
    return { train: part(order.slice(0, trained)), test: part(order.slice(trained)) };
  } finally {
    await file.close();
  }
}

import {
  boolean,
  integer,
  type KindsOf,
  listOf,
  ManabiError,
  notNegative,
  optional,
  readOptions,
  wrongArgument,
} from '@manabi/errors';
import { type Cardinality, sumCardinality } from './cardinality.ts';
import { Dataset } from './dataset.ts';
import { anySeed, type HostRandom, hostRandom } from './random.ts';

/** Options of `sampleFromDatasets`. */
export interface SampleOptions {
  /** Relative frequency of each dataset (default: all the same). */
  readonly weights?: readonly number[];
  /** Seed of the choices: any integer; random by default. Each iteration makes other choices. */
  readonly seed?: number;
  /** Whether to end when a dataset is chosen that has ended (default false: go on with the others). */
  readonly stopOnEmptyDataset?: boolean;
}

const kinds = {
  weights: optional(listOf(notNegative)),
  seed: optional(integer()),
  stopOnEmptyDataset: optional(boolean, false),
} satisfies KindsOf<SampleOptions>;

/**
 * Draws each element from one of several datasets, chosen at random.
 *
 * @throws ManabiError `argument` unless there are datasets, with as many weights, of which one is positive
 * @example
 * ```ts
 * import { fromGenerator, sampleFromDatasets } from '@manabi/data';
 *
 * const rare = fromGenerator(() => ['cat', 'cat']);
 * const common = fromGenerator(() => ['dog', 'dog', 'dog', 'dog']);
 * const mixed = sampleFromDatasets([rare, common], { weights: [1, 2], seed: 1 });
 * console.log((await mixed.toArray()).length); // 6
 * ```
 */
export function sampleFromDatasets<T>(datasets: readonly Dataset<T>[], options: SampleOptions = {}): Dataset<T> {
  const op = 'sampleFromDatasets';
  if (!Array.isArray(datasets) || datasets.length === 0 || !datasets.every((one) => one instanceof Dataset))
    throw wrongArgument({ op, name: 'datasets' }, 'a nonempty array of datasets', datasets);
  const { weights = datasets.map(() => 1), seed = anySeed(), stopOnEmptyDataset } = readOptions(op, options, kinds);
  if (weights.length !== datasets.length || !weights.some((weight) => weight > 0)) {
    throw new ManabiError(
      'argument',
      `\`weights\` must have one number for each of the ${datasets.length} datasets, not all 0; got [${weights.join(', ')}].`,
      { op, data: { name: 'weights', weights } },
    );
  }
  const stages = datasets.map((dataset) => Dataset.stageOf(dataset));
  let iterations = 0;
  return new Dataset({
    path: op,
    cardinality: cardinalityOf(
      stages.filter((_, i) => weights[i] > 0).map((stage) => stage.cardinality),
      stopOnEmptyDataset,
    ),
    skipIterations(count) {
      iterations += count;
      for (const stage of stages) stage.skipIterations(count);
    },
    async *open(signal) {
      const random = hostRandom(seed, iterations++);
      const iterators = stages.map((stage) => stage.open(signal));
      const left = weights.slice();
      try {
        while (left.some((weight) => weight > 0)) {
          const index = choose(left, random);
          const { done, value } = await iterators[index].next();
          if (!done) yield value;
          else if (stopOnEmptyDataset) return;
          else left[index] = 0;
        }
      } finally {
        await Promise.all(iterators.map((iterator) => iterator.return()));
      }
    },
  });
}

/** Draws an index with a probability proportional to its weight. */
function choose(weights: readonly number[], random: HostRandom): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let rest = (random.below(2 ** 32) / 2 ** 32) * total;
  for (const [index, weight] of weights.entries()) {
    if (weight > 0 && rest < weight) return index;
    rest -= weight;
  }
  // Rounding can exhaust the sum at the last weight.
  return weights.findLastIndex((weight) => weight > 0);
}

function cardinalityOf(cardinalities: readonly Cardinality[], stopOnEmptyDataset: boolean): Cardinality {
  if (stopOnEmptyDataset) return cardinalities.every((one) => one === Infinity) ? Infinity : 'unknown';
  return sumCardinality(cardinalities);
}

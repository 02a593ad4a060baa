import { ManabiError, random } from '@manabi/core';
import {
  functionOf,
  type Kind,
  type KindsOf,
  kind,
  name,
  oneOf,
  optional,
  positiveInteger,
  readArgument,
  readOptions,
  recordOf,
} from '@manabi/errors';
import { didYouMean, isCallable, nearestNames } from '@manabi/errors/internal';
import type { TrainingArrays } from '../data/named-arrays.ts';
import type { Model } from '../model/model.ts';
import { sameName } from '../training/listeners/log-names.ts';
import { keyAt, type SeedPosition } from '../variables/seed.ts';
import type { Variable } from '../variables/variable.ts';
import {
  type CrossValidateOptions,
  type CrossValidation,
  crossValidateKinds,
  readParts,
  runFolds,
  startOf,
} from './cross-validate.ts';

/** Options of `gridSearch`. */
export interface GridSearchOptions extends CrossValidateOptions {
  /** Name of the score to optimize: `loss`, or the name of a metric (default: `loss`). */
  readonly scoring?: string;
  /** Whether smaller (`min`) or larger (`max`) scores are better; `auto` infers it from the metric (default: `auto`). */
  readonly mode?: 'auto' | 'min' | 'max';
}

/** Options of `randomSearch`. */
export interface RandomSearchOptions extends GridSearchOptions {
  /** Number of candidates to try (default: 10). */
  readonly candidates?: number;
}

const gridKinds = {
  ...crossValidateKinds,
  scoring: optional(name, 'loss'),
  mode: optional(oneOf('auto', 'min', 'max'), 'auto'),
} satisfies KindsOf<GridSearchOptions>;

const randomKinds = {
  ...gridKinds,
  candidates: optional(positiveInteger, 10),
} satisfies KindsOf<RandomSearchOptions>;

/** The values to try for each parameter. */
export type ParameterGrid<P extends object> = { readonly [K in keyof P]: readonly P[K][] };

/**
 * The values to draw for each parameter: a list, or a function of a random number in [0, 1), such as
 * `(u) => 10 ** (-4 + 3 * u)` for learning rates from 1e-4 to 1e-1.
 */
export type ParameterSpace<P extends object> = {
  readonly [K in keyof P]: readonly P[K][] | ((uniform: number) => P[K]);
};

/** Result of a candidate: its parameters, and its scores on each fold. */
export interface SearchCandidate<P extends object> extends CrossValidation {
  readonly parameters: P;
  /** Mean of the score that the search optimizes. */
  readonly score: number;
  /** Rank of the candidate, 1 for the best; equal scores have equal ranks. */
  readonly rank: number;
}

/** Results of a search: plain data. */
export interface SearchResult<P extends object> {
  /** The candidate with the best score; of equal ones, the first. */
  readonly best: SearchCandidate<P>;
  /** All candidates, in the order in which they were tried. */
  readonly candidates: readonly SearchCandidate<P>[];
}

const listKind: Kind<readonly unknown[]> = kind(
  'a non-empty array of values',
  (given): given is readonly unknown[] => Array.isArray(given) && given.length > 0,
);

const rangeKind: Kind<readonly unknown[] | ((uniform: number) => unknown)> = kind(
  'a non-empty array of values, or a function of a number in [0, 1)',
  (given): given is readonly unknown[] | ((uniform: number) => unknown) =>
    isCallable(given) || (Array.isArray(given) && given.length > 0),
);

const buildKind = functionOf<(parameters: never) => unknown>('a function (parameters) => compiled model');

/**
 * Cross-validates a model for every combination of parameters. All candidates use the same folds and random numbers.
 * Candidates whose score is NaN rank last.
 *
 * @param build function that creates and compiles a new model with given parameters; called once per candidate and fold
 * @param grid values to try for each parameter; the last parameter varies fastest
 * @throws ManabiError `argument` for an empty grid, an unknown score, and a score of unknown direction; otherwise as
 * documented at `crossValidate`
 * @example
 * ```ts
 * import { gridSearch, layers, sequential } from 'manabi';
 *
 * const build = ({ units }: { units: number }) => {
 *   const model = sequential([layers.dense({ units, inputShape: [1] }), layers.dense({ units: 1 })]);
 *   model.compile({ optimizer: 'sgd', loss: 'mse' });
 *   return model;
 * };
 * const { best, candidates } = await gridSearch(build, { units: [1, 2] }, [[1], [2]], [2, 4], { folds: 2, seed: 1 });
 * console.log(candidates.length); // 2
 * console.log(best.rank); // 1
 * ```
 */
export async function gridSearch<P extends object>(
  build: (parameters: NoInfer<P>) => Model | Promise<Model>,
  grid: ParameterGrid<P>,
  x: TrainingArrays,
  y: TrainingArrays | null = null,
  options: GridSearchOptions = {},
): Promise<SearchResult<P>> {
  const op = 'gridSearch';
  readArgument(op, 'build', build, buildKind);
  const lists = Object.entries(readArgument(op, 'grid', grid, recordOf(listKind)));
  const settings = readOptions(op, options, gridKinds);
  const start = startOf(settings.seed);
  const combinations = Array.from({ length: sizeOf(lists) }, (_, i) => combination<P>(lists, i));
  return search(op, build, combinations, { x, y }, settings, start);
}

/**
 * Cross-validates a model for random combinations of parameters, as `gridSearch` does for all. If all parameters are
 * lists, no combination is tried twice, and no more than there are.
 *
 * @param build function that creates and compiles a new model with given parameters; called once per candidate and fold
 * @param space values to draw for each parameter
 * @throws ManabiError as documented at `gridSearch`
 * @example
 * ```ts
 * import { layers, optimizers, randomSearch, sequential } from 'manabi';
 *
 * const build = ({ learningRate }: { learningRate: number }) => {
 *   const model = sequential([layers.dense({ units: 1, inputShape: [1] })]);
 *   model.compile({ optimizer: optimizers.sgd({ learningRate }), loss: 'mse' });
 *   return model;
 * };
 * const space = { learningRate: (u: number) => 10 ** (-4 + 3 * u) };
 * const { best } = await randomSearch(build, space, [[1], [2]], [2, 4], { candidates: 3, folds: 2, seed: 1 });
 * console.log(best.parameters.learningRate < 0.1); // true
 * ```
 */
export async function randomSearch<P extends object>(
  build: (parameters: NoInfer<P>) => Model | Promise<Model>,
  space: ParameterSpace<P>,
  x: TrainingArrays,
  y: TrainingArrays | null = null,
  options: RandomSearchOptions = {},
): Promise<SearchResult<P>> {
  const op = 'randomSearch';
  readArgument(op, 'build', build, buildKind);
  const ranges = Object.entries(readArgument(op, 'space', space, recordOf(rangeKind)));
  const { candidates, ...settings } = readOptions(op, options, randomKinds);
  const start = startOf(settings.seed);
  const combinations = await drawn<P>(ranges, candidates, start);
  return search(op, build, combinations, { x, y }, settings, start);
}

type Ranges = readonly (readonly [string, readonly unknown[] | ((uniform: number) => unknown)])[];
type Lists = readonly (readonly [string, readonly unknown[]])[];

function sizeOf(lists: Lists): number {
  return lists.reduce((size, [, values]) => size * values.length, 1);
}

function combination<P extends object>(lists: Lists, index: number): P {
  let rest = index;
  const parameters: [string, unknown][] = [];
  for (const [parameter, values] of [...lists].reverse()) {
    parameters.unshift([parameter, values[rest % values.length]]);
    rest = Math.floor(rest / values.length);
  }
  // The entries have the names of the grid, and values from its lists.
  return Object.fromEntries(parameters) as P;
}

async function drawn<P extends object>(ranges: Ranges, candidates: number, start: SeedPosition): Promise<readonly P[]> {
  const lists = ranges.flatMap(([parameter, range]) => (Array.isArray(range) ? [[parameter, range] as const] : []));
  const hasEnd = lists.length === ranges.length;
  const needed = hasEnd ? Math.min(candidates, sizeOf(lists)) : candidates;
  const found = new Map<string, P>();
  for (let round = 0; found.size < needed; round++) {
    const key = random.foldIn(keyAt(start), round);
    const uniform = await random.uniform(key, [needed, Math.max(1, ranges.length)]).data();
    for (let candidate = 0; candidate < needed && found.size < needed; candidate++) {
      const numbers = ranges.map((_, i) => uniform[candidate * ranges.length + i]);
      const indices = ranges.map(([, range], i) => (Array.isArray(range) ? Math.floor(numbers[i] * range.length) : 0));
      const identity = hasEnd ? indices.join() : `${round} ${candidate}`;
      if (found.has(identity)) continue;
      const entries = ranges.map(([parameter, range], i) => {
        return [parameter, typeof range === 'function' ? range(numbers[i]) : range[indices[i]]] as const;
      });
      // The entries have the names of the space, and values from its lists and functions.
      found.set(identity, Object.fromEntries(entries) as P);
    }
  }
  return [...found.values()];
}

type SearchSettings = Parameters<typeof runFolds>[3] & {
  readonly scoring: string;
  readonly mode: 'auto' | 'min' | 'max';
};

async function search<P extends object>(
  op: string,
  build: (parameters: NoInfer<P>) => Model | Promise<Model>,
  combinations: readonly P[],
  { x, y }: { readonly x: TrainingArrays; readonly y: TrainingArrays | null },
  settings: SearchSettings,
  start: SeedPosition,
): Promise<SearchResult<P>> {
  const parts = await readParts(op, x, y, settings.sampleWeight);
  // The folds of an iterator would be used up after the first candidate.
  const folds = typeof settings.folds === 'number' ? settings.folds : Array.from(settings.folds);
  const used = new WeakSet<Variable>();
  const scored: Omit<SearchCandidate<P>, 'rank'>[] = [];
  let sign = 1;
  for (const parameters of combinations) {
    if (settings.verbose === 1) console.log(`Candidate ${scored.length + 1}/${combinations.length}`, parameters);
    const run = await runFolds(op, () => build(parameters), parts, { ...settings, folds }, start, used);
    const { results, last } = run;
    const scoring = nameOfScore(op, settings.scoring, Object.keys(results.mean));
    sign = directionOf(op, last, scoring, settings.mode);
    scored.push({ parameters, ...results, score: results.mean[scoring] });
  }
  // Smaller is better; NaN is worse than everything else.
  const costOf = ({ score }: { readonly score: number }): number =>
    Number.isNaN(score) ? Number.POSITIVE_INFINITY : -sign * score;
  const candidates = scored.map((candidate) => ({
    ...candidate,
    rank: 1 + scored.filter((other) => costOf(other) < costOf(candidate)).length,
  }));
  const best = candidates.find(({ rank }) => rank === 1);
  if (best === undefined) throw new TypeError('A search has at least one candidate.');
  return { best, candidates };
}

/** Returns the name of the score to optimize. @throws ManabiError `argument` for an unknown name, with the nearest ones */
function nameOfScore(op: string, given: string, names: readonly string[]): string {
  const found = names.find((one) => sameName(one, given));
  if (found !== undefined) return found;
  throw new ManabiError(
    'argument',
    `\`scoring\` must be the name of a score; got '${given}'. ${didYouMean(given, names)}`,
    { op, data: { name: 'scoring', given, nearest: nearestNames(given, names), known: names } },
  );
}

/** Returns 1 if larger scores are better, and -1 if smaller ones are. @throws ManabiError `argument` if this is unknown */
function directionOf(op: string, model: Model, scoring: string, mode: 'auto' | 'min' | 'max'): 1 | -1 {
  if (mode !== 'auto') return mode === 'max' ? 1 : -1;
  const direction = model.trainer.directionOf(scoring);
  if (direction !== null) return direction === 'up' ? 1 : -1;
  throw new ManabiError(
    'argument',
    `Cannot infer whether '${scoring}' should increase or decrease. Pass mode: 'max' or mode: 'min'.`,
    { op, data: { name: 'mode', scoring } },
  );
}

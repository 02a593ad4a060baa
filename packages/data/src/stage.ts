import { functionOf, type Kind, kind, ManabiError, readArgument, wrongArgument } from '@manabi/errors';
import { describeGiven } from '@manabi/errors/internal';
import { abortedError, throwIfAborted } from './abort.ts';
import type { Cardinality } from './cardinality.ts';
import { pacer } from './pacer.ts';
import type { Rows } from './rows.ts';

/** One step of a pipeline, such as `map`; a `Dataset` wraps the last stage of its pipeline. */
export interface Stage<T> {
  /** Names of the stages up to and including this one, for messages: `fromTensorSlices → shuffle → map`. */
  readonly path: string;
  readonly cardinality: Cardinality;
  /** Starts an iteration, which ends with an error as soon as the signal fires. */
  open(signal: AbortSignal): AsyncGenerator<T, void, undefined>;
  /** Advances all random states that differ between iterations, as if `count` iterations were complete. */
  skipIterations(count: number): void;
  /**
   * The rows, if the elements are rows of arrays in memory. `batch` then copies rows into the batch without creating
   * elements.
   */
  readonly rows?: Rows<T>;
}

/** Returns the path of a stage that reads from `upstream`: the path of `upstream`, followed by `name`. */
export function pathAfter(upstream: Stage<unknown>, name: string): string {
  return `${upstream.path} → ${name}`;
}

/** Creates a stage whose elements are rows of arrays in memory. */
export function rowStage<T>(path: string, cardinality: Cardinality, rows: Rows<T>): Stage<T> {
  return {
    path,
    cardinality,
    rows,
    skipIterations: (count) => rows.skipIterations(count),
    async *open(signal) {
      const next = rows.order();
      const pace = pacer();
      for (let index = next(); index >= 0; index = next()) {
        const pause = pace();
        if (pause !== undefined) await pause;
        throwIfAborted(signal);
        yield rows.table.row(index);
      }
    },
  };
}

/**
 * Creates the error for an element that failed in a stage: `data.index` is the index of the element in the input of the
 * stage, `data.stage` the name of the stage, `data.pipeline` its path.
 */
export function elementError(
  path: string,
  index: number,
  problem: string,
  details: { readonly data?: Readonly<Record<string, unknown>>; readonly cause?: unknown } = {},
): ManabiError {
  const stage = path.split(' → ').at(-1);
  return new ManabiError('data', `Dataset stage ${stage} failed on element ${index} (${path}): ${problem}`, {
    op: stage,
    data: { index, stage, pipeline: path, ...details.data },
    cause: details.cause,
  });
}

/**
 * Creates the error for an element whose processing threw `cause`, or the error `aborted` if the signal has fired. An
 * error that already names an element of this pipeline is returned unchanged.
 */
export function failedElement(path: string, index: number, cause: unknown, signal: AbortSignal): ManabiError {
  if (signal.aborted) return abortedError(signal);
  if (cause instanceof ManabiError && cause.code === 'data' && cause.data.pipeline === path) return cause;
  return elementError(path, index, messageOf(cause), { cause });
}

/** Returns the message of a thrown value, which is not necessarily an `Error`. */
function messageOf(cause: unknown): string {
  try {
    const text: unknown = cause instanceof Error ? cause.message : String(cause);
    return typeof text === 'string' ? text : describeGiven(text);
  } catch {
    return `it threw ${describeGiven(cause)}`;
  }
}

/** Returns a validator for integers of at least `least`, and for `Infinity` if `mayBeInfinite` is set. */
/* @__NO_SIDE_EFFECTS__ */
export function countKind(least: number, mayBeInfinite = false): Kind<number> {
  return kind(
    `an integer of at least ${least}${mayBeInfinite ? ', or Infinity' : ''}`,
    (given): given is number =>
      (Number.isSafeInteger(given) && Number(given) >= least) || (mayBeInfinite && given === Infinity),
  );
}

/**
 * Checks that `value` is an integer of at least `least`, or `Infinity` if `mayBeInfinite` is set.
 *
 * @throws ManabiError `argument`
 */
export function checkCount(op: string, name: string, value: number, least: number, mayBeInfinite = false): void {
  readArgument(op, name, value, countKind(least, mayBeInfinite));
}

const functionKind = functionOf();

/**
 * Checks that `value` is a function.
 *
 * @param which description of the function for the message, such as `that returns an iterable`
 * @throws ManabiError `argument`
 */
export function checkFunction(op: string, value: unknown, which: string): void {
  if (!functionKind.accepts(value)) throw wrongArgument({ op, name: 'function' }, `a function ${which}`, value);
}

/* @__NO_SIDE_EFFECTS__ */
export function stageKind<T>(): Kind<Stage<T>> {
  return kind('a stage; create datasets with fromTensorSlices, fromGenerator or zip', (given): given is Stage<T> =>
    isStage(given),
  );
}

function isStage(given: unknown): boolean {
  if (typeof given !== 'object' || given === null) return false;
  const [path, cardinality, rows] = ['path', 'cardinality', 'rows'].map((name): unknown => Reflect.get(given, name));
  const hasMethods = ['open', 'skipIterations'].every((name) => functionKind.accepts(Reflect.get(given, name)));
  const isKnown = cardinality === 'unknown' || countKind(0, true).accepts(cardinality);
  return typeof path === 'string' && isKnown && hasMethods && (rows === undefined || isRows(rows));
}

function isRows(given: unknown): boolean {
  if (typeof given !== 'object' || given === null) return false;
  const table: unknown = Reflect.get(given, 'table');
  return typeof table === 'object' && table !== null && functionKind.accepts(Reflect.get(given, 'order'));
}

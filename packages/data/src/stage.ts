import { describeGiven, functionOf, type Kind, kind, ManabiError, readArgument, wrongArgument } from '@manabi/errors';
import { abortedError, throwIfAborted } from './abort.ts';
import type { Cardinality } from './cardinality.ts';
import { pacer } from './pacer.ts';
import type { Rows } from './rows.ts';

/** One link of a pipeline: what a `Dataset` wraps. */
export interface Stage<T> {
  /** The pipeline up to and with this stage, for messages: `fromTensorSlices → shuffle → map`. */
  readonly path: string;
  readonly cardinality: Cardinality;
  /** Starts an iteration. Whatever it waits for ends with an error when the signal fires. */
  open(signal: AbortSignal): AsyncGenerator<T, void, undefined>;
  /** Makes what differs between iterations go on as if there had been so many. */
  skipIterations(count: number): void;
  /** Where the elements are rows of arrays in memory, in some order: lets `batch` copy them without making each one. */
  readonly rows?: Rows<T>;
}

/** The path of a stage that follows `upstream`. */
export function pathAfter(upstream: Stage<unknown>, name: string): string {
  return `${upstream.path} → ${name}`;
}

/** A stage over rows of arrays in memory. */
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
 * The error for an element that a stage could not deal with: `data.index` is its place among the elements that the
 * stage got, `data.stage` the stage, `data.pipeline` the way that led there.
 */
export function elementError(
  path: string,
  index: number,
  problem: string,
  details: { readonly data?: Readonly<Record<string, unknown>>; readonly cause?: unknown } = {},
): ManabiError {
  const stage = path.split(' → ').at(-1);
  return new ManabiError('data', `Element ${index} failed in ${stage} (${path}): ${problem}`, {
    op: stage,
    data: { index, stage, pipeline: path, ...details.data },
    cause: details.cause,
  });
}

/**
 * The error for what a user's function threw at an element; after its signal fired, that of the signal. An error that names
 * an element of the same pipeline stays as it is.
 */
export function failedElement(path: string, index: number, cause: unknown, signal: AbortSignal): ManabiError {
  if (signal.aborted) return abortedError(signal);
  if (cause instanceof ManabiError && cause.code === 'data' && cause.data.pipeline === path) return cause;
  return elementError(path, index, messageOf(cause), { cause });
}

/** What was thrown, which may be anything, as text. */
function messageOf(cause: unknown): string {
  try {
    const text: unknown = cause instanceof Error ? cause.message : String(cause);
    return typeof text === 'string' ? text : describeGiven(text);
  } catch {
    return `it threw ${describeGiven(cause)}`;
  }
}

/**
 * Returns the kind of integers of at least `least`, and of Infinity where allowed.
 *
 * @example `countKind(1, true).expected // 'an integer of at least 1, or Infinity'`
 */
/* @__NO_SIDE_EFFECTS__ */
export function countKind(least: number, mayBeInfinite = false): Kind<number> {
  return kind(
    `an integer of at least ${least}${mayBeInfinite ? ', or Infinity' : ''}`,
    (given): given is number =>
      (Number.isSafeInteger(given) && Number(given) >= least) || (mayBeInfinite && given === Infinity),
  );
}

/** @throws ManabiError `argument` unless `value` is an integer of at least `least`, or `Infinity` where allowed. */
export function checkCount(op: string, name: string, value: number, least: number, mayBeInfinite = false): void {
  readArgument(op, name, value, countKind(least, mayBeInfinite));
}

const functionKind = functionOf();

/** @throws ManabiError `argument` unless `value` is a function; `which` says what one is wanted. */
export function checkFunction(op: string, value: unknown, which: string): void {
  if (!functionKind.accepts(value)) throw wrongArgument({ op, name: 'function' }, `a function ${which}`, value);
}

/** Structures are not nested deeper than this; one that is contains itself. */
const _DEEPEST = 100;

/* @__NO_SIDE_EFFECTS__ */
export function stageKind<T>(): Kind<Stage<T>> {
  return kind('a stage; make data sets with fromTensorSlices, fromGenerator or zip', (given): given is Stage<T> =>
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

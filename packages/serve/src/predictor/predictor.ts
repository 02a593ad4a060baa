import { type HostArray, ManabiError } from '@manabi/core';
import type { PartialShape } from '@manabi/layers';
import type { ElementName } from './elements.ts';

/** An input or output of a served model. */
export interface Port {
  readonly name: string;
  readonly element: ElementName;
  /** Lengths of the axes, null for lengths that requests choose. The first axis is the batch. */
  readonly shape: PartialShape;
}

/** Inputs other than arrays, which a model converts to its inputs: encoded images, or texts. */
export interface Preparation {
  readonly kind: 'images' | 'texts';
  /**
   * Converts items to a batch, with one row for each item.
   *
   * @throws ManabiError or FileError for items that cannot be converted
   */
  prepare(items: readonly (Uint8Array | string)[]): Promise<readonly HostArray[]>;
}

/** Description of a served model, without its functions. */
export interface PredictorFacts {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** Whether each row of the outputs depends on the same row of the inputs only, so that requests can share a batch. */
  readonly independentRows: boolean;
  /** The only batch size that the model accepts; null for any. */
  readonly fixedBatch: number | null;
  /** Names of the classes whose scores the output contains; null if unknown. */
  readonly classNames: readonly string[] | null;
}

/** A model that can be served. `modelPredictor`, `openPredictor` and `workerPool` create one. */
export interface Predictor extends PredictorFacts {
  /** Number of predictions that run at the same time (default 1). */
  readonly concurrency?: number;
  /** Computes the outputs of a batch, in the order of `outputs`. */
  predict(inputs: readonly HostArray[]): Promise<readonly HostArray[]>;
  /** Inputs other than arrays that the model accepts; null for none. */
  readonly preparation: Preparation | null;
  /** Computes zeros for each batch size, so that no request has to wait for compilation. Does nothing for open lengths. */
  warmUp(sizes: readonly number[]): Promise<void>;
  /** Frees the memory of the model. */
  close(): Promise<void>;
}

/** Returns whether a value has the methods of a predictor. */
export function isPredictor(value: unknown): value is Predictor {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['predict', 'warmUp', 'close'].every((method) => typeof Reflect.get(value, method) === 'function') &&
    'fixedBatch' in value
  );
}

/** Creates the error for a model with an input or output that requests cannot contain. */
export function unsupportedPort(source: string, what: string, dtype: string | null, shape: unknown): ManabiError {
  return new ManabiError(
    'argument',
    `${source} cannot be served: ${what} is ${dtype ?? 'of unknown dtype'} with shape ${shape === null ? 'unknown' : JSON.stringify(shape)}. ` +
      'Inputs and outputs must be arrays of numbers with a batch axis.',
    { op: 'serve', data: { source, port: what, dtype } },
  );
}

import { ManabiError } from '@manabi/core';
import type { Dataset, Stage } from '@manabi/data';
import { elementsOf, generatorStage, isHostArray, skipStage, stageOf } from '@manabi/data/internal';
import { isCallable } from '@manabi/errors/internal';
import type { Batch, BatchSource } from './batch.ts';
import { adviceOnIterator, isIterator } from './iterators.ts';
import type { TrainingArrays } from './named-arrays.ts';

/** An element of a dataset: the inputs alone, `[x, y]`, `[x, y, sampleWeight]`, or an object with these keys. */
export type TrainingElement =
  | TrainingArrays
  | readonly [TrainingArrays, (TrainingArrays | null)?, (TrainingArrays | null)?]
  | {
      readonly x: TrainingArrays;
      readonly y?: TrainingArrays | null;
      readonly sampleWeight?: TrainingArrays | null;
    };

/** A stream of batches: a dataset, an iterable that can be iterated repeatedly, or a function that returns an iterable. */
export type TrainingStream =
  | Dataset<TrainingElement>
  | AsyncIterable<TrainingElement>
  | (() => AsyncIterable<TrainingElement> | Iterable<TrainingElement>);

/** Inputs, labels and sample weights of a batch. */
export interface BatchParts {
  readonly x: TrainingArrays;
  readonly y: TrainingArrays | null;
  readonly sampleWeight: TrainingArrays | null;
  /** Whether these arrays are one element of a dataset, and may lack the batch axis. */
  readonly isElement?: boolean;
}

/** Returns whether training data is a stream of batches (a dataset, iterable or function) rather than arrays. */
export function isStream(x: unknown): x is TrainingStream {
  return isCallable(x) || (typeof x === 'object' && x !== null && Symbol.asyncIterator in x);
}

/** Creates a source of batches from a stream; `toBatch` converts each element. */
export function streamSource(
  op: string,
  stream: TrainingStream,
  toBatch: (parts: BatchParts) => Batch | Promise<Batch>,
): BatchSource {
  // A dataset of `TrainingStream` has elements of this type.
  const known = stageOf(stream) as Stage<TrainingElement> | undefined;
  const source = isCallable(stream) ? stream : () => stream;
  const stage = known ?? generatorStage(source, 'unknown');
  let passes = 0;
  let hasYielded = false;
  return {
    batches: typeof stage.cardinality === 'number' ? stage.cardinality : null,
    batchSize: null,
    samples: null,
    async *open({ number, skip }, signal): AsyncGenerator<Batch, void, undefined> {
      // A resumed training first skips the passes that it made before, so that a shuffling dataset continues in the
      // same order.
      if (number > passes) stage.skipIterations(number - passes);
      passes = number + 1;
      const rest = skip === 0 ? stage : skipStage(stage, skip);
      let isEmpty = true;
      for await (const element of elementsOf(rest, signal)) {
        isEmpty = false;
        hasYielded = true;
        yield toBatch(partsOf(op, element));
      }
      const isRestartable = known !== undefined || isCallable(stream);
      if (isEmpty && skip === 0 && !isRestartable && (hasYielded || isIterator(stream))) throw usedUp(op);
    },
  };
}

function usedUp(op: string): ManabiError {
  return new ManabiError(
    'data',
    `The iterable yields no more batches: like a generator object, it can be iterated only once. ${adviceOnIterator(op)}`,
    { op, data: {} },
  );
}

/** Keys of an element of a dataset that is an object. */
const PARTS = ['x', 'y', 'sampleWeight'];

function partsOf(op: string, element: TrainingElement): BatchParts {
  if (isTuple(element)) {
    const [x, y = null, sampleWeight = null] = element;
    if (element.length > 0 && element.length <= PARTS.length) return { x, y, sampleWeight, isElement: true };
    throw new ManabiError(
      'data',
      `A batch of a dataset must be [x], [x, y] or [x, y, sampleWeight]; got ${element.length} parts.`,
      { op, data: { parts: element.length } },
    );
  }
  if (isRecordOfParts(element)) {
    const { x, y = null, sampleWeight = null } = element;
    return { x, y, sampleWeight, isElement: true };
  }
  return { x: element, y: null, sampleWeight: null, isElement: true };
}

function isTuple(
  element: TrainingElement,
): element is readonly [TrainingArrays, (TrainingArrays | null)?, (TrainingArrays | null)?] {
  return Array.isArray(element);
}

function isRecordOfParts(element: TrainingElement): element is Exclude<TrainingElement, TrainingArrays> & {
  readonly x: TrainingArrays;
} {
  if (typeof element !== 'object' || element === null) return false;
  return !isHostArray(element) && 'x' in element && Object.keys(element).every((key) => PARTS.includes(key));
}

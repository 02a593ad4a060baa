import { ManabiError, type Shape, type Tensor, traceGraph } from '@manabi/core';
import { CallContext, type CallOptions, type Run } from '../call/context.ts';
import { probingRun } from '../call/runs.ts';
import {
  isList,
  type OneOrMany,
  type PartialShape,
  type PartialType,
  type Tensors,
  toList,
} from '../structure/nested.ts';

/**
 * Lengths that stand for the unknown ones, of the batch and of other axes, in two trials: what differs between the
 * outcomes depends on them. The others are long enough for windows and strides.
 */
const TRIALS: readonly { readonly batch: number; readonly other: number }[] = [
  { batch: 2, other: 64 },
  { batch: 3, other: 96 },
];

/** What a trial found. */
type Outcome = readonly { readonly shape: Shape; readonly dtype: PartialType['dtype'] }[];

/** What is to be tried: a layer's `call`, or a whole pass. */
export type Trial = (inputs: Tensors, context: CallContext) => Tensors;

/**
 * The types of what a function of tensors makes, found by tracing it at two sizes of the lengths that are not known.
 * Nothing is computed.
 *
 * @throws ManabiError whatever the function throws; `shape` if the number of outputs or axes depends on the batch
 */
export function inferOutputs(
  name: string,
  inputs: OneOrMany<PartialType>,
  options: CallOptions,
  trial: Trial,
  run: Run = probingRun(),
): readonly PartialType[] {
  const isKnown = toList(inputs).every(({ shape }) => !shape.includes(null));
  const [first, second = first] = (isKnown ? TRIALS.slice(0, 1) : TRIALS).map((lengths) =>
    tryOnce(name, inputs, options, trial, run, lengths),
  );
  return mergedTypes(name, first, second);
}

/**
 * Types of which the lengths that differ between two outcomes are not known.
 *
 * @throws ManabiError `shape` if the outcomes differ in more than lengths
 */
export function mergedTypes(name: string, first: Outcome, second: Outcome): readonly PartialType[] {
  if (first.length !== second.length) throw unsteady(name);
  return first.map(({ shape, dtype }, i): PartialType => {
    const other = second[i].shape;
    if (other.length !== shape.length) throw unsteady(name);
    return { dtype, shape: shape.map((length, axis) => (length === other[axis] ? length : null)) };
  });
}

function tryOnce(
  name: string,
  inputs: OneOrMany<PartialType>,
  options: CallOptions,
  trial: Trial,
  run: Run,
  lengths: (typeof TRIALS)[number],
): Outcome {
  let outcome: Outcome = [];
  const isMany = isList(inputs);
  const specs = toList(inputs).map(({ shape, dtype }) => ({ dtype, shape: filled(shape, lengths) }));
  const traced = (stand: readonly Tensor[]): readonly Tensor[] => {
    const context = new CallContext(run).enter(name, options, []);
    const outputs = trial(isMany ? stand : stand[0], context);
    outcome = toList(outputs).map(({ shape, dtype }) => ({ shape, dtype }));
    return toList(outputs);
  };
  traceGraph(traced, specs);
  return outcome;
}

function filled(shape: PartialShape, { batch, other }: (typeof TRIALS)[number]): Shape {
  return shape.map((length, axis) => length ?? (axis === 0 ? batch : other));
}

function unsteady(name: string): ManabiError {
  return new ManabiError(
    'shape',
    `The number of outputs of ${name}, or of their axes, depends on the batch size, so its output shape cannot be told.`,
    { op: name, data: { layer: name } },
  );
}

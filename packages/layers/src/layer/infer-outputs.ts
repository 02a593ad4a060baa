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
 * Lengths that replace the unknown lengths of inputs when outputs are inferred: one for the batch, another for all
 * other axes. The function is traced with the first pair of lengths, and again with the second. If an output length
 * differs between the two traces, it is unknown. All lengths are large enough for usual windows and strides.
 */
const TRIALS: readonly { readonly batch: number; readonly other: number }[] = [
  { batch: 2, other: 64 },
  { batch: 3, other: 96 },
];

/** Output shapes and dtypes found in one trace. */
type Outcome = readonly { readonly shape: Shape; readonly dtype: PartialType['dtype'] }[];

/** The function whose outputs are inferred: a layer's `call`, or the forward pass of a model. */
export type Trial = (inputs: Tensors, context: CallContext) => Tensors;

/**
 * Infers the output types of a function of tensors. Traces it twice, with different values for the unknown lengths of
 * its inputs; nothing is computed.
 *
 * @throws ManabiError all errors that the function throws; `shape` if the number of outputs or their rank depends on
 * the batch size
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
 * Combines the output types of two traces: a length that differs between the traces becomes null, which means unknown.
 *
 * @throws ManabiError `shape` if the number of outputs or the rank of an output differs
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
  const traced = (placeholders: readonly Tensor[]): readonly Tensor[] => {
    const context = new CallContext(run).enter(name, options, []);
    const outputs = trial(isMany ? placeholders : placeholders[0], context);
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
    `Cannot infer the output shape of layer '${name}': the number of outputs or their rank changes with the batch size. ` +
      'Keep both the same for every batch size.',
    { op: name, data: { layer: name } },
  );
}

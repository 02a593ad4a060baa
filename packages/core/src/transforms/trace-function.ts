import { functionOf, ManabiError, wrongArgument } from '@manabi/errors';
import { formatType, isFloat, type TensorType } from '@manabi/ir';
import { NumberArgument, type NumberUse } from '../lazy/number-argument.ts';
import { type CapturedGraph, tracedGraph } from '../lazy/to-graph.ts';
import { inTrace, newTrace } from '../lazy/trace.ts';
import type { Trace } from '../lazy/value.ts';
import { LazyValue } from '../lazy/value.ts';
import { assemble, type Structure } from '../structure.ts';
import { isTensor, lazyOf, Tensor } from '../tensor.ts';
import { flatten } from '../tree.ts';

/** A user's function as it was seen by a trace. */
export interface TracedFunction {
  readonly trace: Trace;
  /** What it made of placeholders; its first inputs are these, with one for each dtype in which a number was used. */
  readonly captured: CapturedGraph;
  /** What it took from outside, in the order of the graph's further inputs. */
  readonly outside: readonly LazyValue[];
  /** How its result is built; the tensors in there are the graph's outputs. */
  readonly structure: Structure;
  /** What it made of each number among its arguments. */
  readonly numbers: readonly NumberUse[];
}

/** Something that has a type. */
interface Typed {
  readonly type: TensorType;
}

function placeholderFor({ type }: Typed, trace: Trace): LazyValue {
  return new LazyValue(type, { kind: 'placeholder', trace });
}

/**
 * Calls a function with placeholders for its arguments.
 *
 * @param values what the arguments are like; a number is data that has no dtype of its own
 * @param call calls it with what stands for the tensors of its arguments
 * @throws ManabiError `tracing` if it is asynchronous
 */
export function traceFunction(
  transform: string,
  name: string,
  values: readonly (Typed | number)[],
  call: (stand: readonly Tensor[]) => unknown,
  kind: Trace['kind'] = 'transform',
): TracedFunction {
  const trace = newTrace(kind, transform, name);
  const places = values.map((value) =>
    typeof value === 'number' ? new NumberArgument(value, trace) : placeholderFor(value, trace),
  );
  const stands = places.map((place) => new Tensor(place instanceof NumberArgument ? place.stand : place));
  const result = inTrace(trace, () => call(stands));
  checkSynchronous(transform, name, result);
  const { leaves, structure } = flatten(result);
  const outputs = leaves.map(lazyOf);
  const numbers: NumberUse[] = [];
  const placeholders = places.flatMap((place) => {
    if (!(place instanceof NumberArgument)) return [place];
    const { inputs, use } = place.use(outputs);
    numbers.push(use);
    return inputs;
  });
  const captured = tracedGraph(trace, placeholders, outputs);
  return { trace, captured, outside: captured.inputs.slice(placeholders.length), structure, numbers };
}

function checkSynchronous(transform: string, name: string, result: unknown): void {
  if (!(result instanceof Promise)) return;
  // Whatever it fails with comes from the same mistake.
  result.catch(() => {});
  throw new ManabiError(
    'tracing',
    `${name} is asynchronous, but ${transform} traces a function in one go: it must return tensors, and not await ` +
      'anything. Read values outside of it.',
    { op: transform, data: { transform, function: name } },
  );
}

const functionKind = functionOf();

/**
 * Checks what a transform is given: `grad(loss)` in place of `grad(lossOf)` would only fail much later.
 *
 * @param name the argument's
 * @throws ManabiError `argument`
 */
export function checkFunction(transform: string, f: unknown, name = 'f'): void {
  if (functionKind.accepts(f)) return;
  const advice = isTensor(f) ? 'Pass the function itself, not what it returns.' : '';
  throw wrongArgument({ op: transform, name }, 'a function', f, advice);
}

/** A function's name for messages. */
export function nameOf(f: { readonly name: unknown }): string {
  return typeof f.name === 'string' && f.name !== '' ? f.name : 'the function';
}

/** The tree that a traced function returned, with other tensors. */
export function rebuild(structure: Structure, values: readonly LazyValue[]): unknown {
  return assemble(
    structure,
    values.map((value) => new Tensor(value)),
  );
}

/**
 * The tensors of an argument that derivatives are taken with respect to.
 *
 * @throws ManabiError `dtype` if one is no float; `argument` if the argument is no tree of tensors
 */
export function floatLeaves(
  op: string,
  argument: unknown,
  position: number,
): { leaves: Tensor[]; structure: Structure } {
  const flat = flatten(argument);
  const other = flat.leaves.find(({ dtype }) => !isFloat(dtype));
  if (other !== undefined) {
    throw new ManabiError(
      'dtype',
      `Argument ${position} holds ${formatType(other)}, but derivatives exist only with respect to floats. Pass it as ` +
        "another argument and name those to differentiate by with argnums, or convert it: astype(x, 'float32').",
      { op, data: { argument: position, dtype: other.dtype, shape: other.shape } },
    );
  }
  // A tree without tensors has a gradient like itself; a number would have one that nobody could return.
  if (flat.structure.kind === 'value' && argument !== null) {
    throw new ManabiError(
      'argument',
      `Argument ${position} holds no tensor to differentiate by. Numbers have no gradient: pass scalar(x).`,
      { op, data: { argument: position } },
    );
  }
  return flat;
}

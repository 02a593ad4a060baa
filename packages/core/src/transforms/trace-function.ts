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

/** Result of tracing a function of the user. */
export interface TracedFunction {
  readonly trace: Trace;
  /**
   * Graph of the function. Its first inputs are placeholders for the arguments: one for each tensor, and one for each
   * dtype to which a number is converted.
   */
  readonly captured: CapturedGraph;
  /** Values that the function captures, in the order of the remaining inputs of the graph. */
  readonly outside: readonly LazyValue[];
  /** Structure of the function's result. The tensors of the result are the outputs of the graph. */
  readonly structure: Structure;
  /** How the function uses each number among its arguments. */
  readonly numbers: readonly NumberUse[];
}

/** Object with the type of a tensor, such as a value of the lazy graph. */
interface Typed {
  readonly type: TensorType;
}

function placeholderFor({ type }: Typed, trace: Trace): LazyValue {
  return new LazyValue(type, { kind: 'placeholder', trace });
}

/**
 * Traces a function: calls it with placeholders for the tensors in its arguments, and records the operators that it
 * adds.
 *
 * @param values type of each tensor in the arguments, or the number itself for an argument that is a number
 * @param call function that calls the user's function with the placeholders
 * @throws ManabiError `tracing` if the function is asynchronous
 */
export function traceFunction(
  transform: string,
  name: string,
  values: readonly (Typed | number)[],
  call: (placeholders: readonly Tensor[]) => unknown,
  kind: Trace['kind'] = 'transform',
): TracedFunction {
  const trace = newTrace(kind, transform, name);
  const traced = values.map((value) =>
    typeof value === 'number' ? new NumberArgument(value, trace) : placeholderFor(value, trace),
  );
  const tensors = traced.map((value) => new Tensor(value instanceof NumberArgument ? value.placeholder : value));
  const result = inTrace(trace, () => call(tensors));
  checkSynchronous(transform, name, result);
  const { leaves, structure } = flatten(result);
  const outputs = leaves.map(lazyOf);
  const numbers: NumberUse[] = [];
  const placeholders = traced.flatMap((value) => {
    if (!(value instanceof NumberArgument)) return [value];
    const { inputs, use } = value.use(outputs);
    numbers.push(use);
    return inputs;
  });
  const captured = tracedGraph(trace, placeholders, outputs);
  return { trace, captured, outside: captured.inputs.slice(placeholders.length), structure, numbers };
}

function checkSynchronous(transform: string, name: string, result: unknown): void {
  if (!(result instanceof Promise)) return;
  // If the promise rejects, the cause is probably the same mistake, so the rejection is not reported separately.
  result.catch(() => {});
  throw new ManabiError(
    'tracing',
    `${subjectOf(name)} must not be asynchronous: ${transform} traces it synchronously. Return tensors instead of promises, and ` +
      'read values outside of the function.',
    { op: transform, data: { transform, function: name } },
  );
}

const functionKind = functionOf();

/**
 * Throws unless an argument of a transform is a function. Without this check, `grad(x)` with a tensor x would fail only
 * when the function that it returns is called.
 *
 * @param name name of the argument
 * @throws ManabiError `argument`
 */
export function checkFunction(transform: string, f: unknown, name = 'f'): void {
  if (functionKind.accepts(f)) return;
  const advice = isTensor(f) ? 'Pass the function itself, not its result.' : '';
  throw wrongArgument({ op: transform, name }, 'a function', f, advice);
}

/** Returns the name of a function for error messages. */
export function nameOf(f: { readonly name: unknown }): string {
  return typeof f.name === 'string' && f.name !== '' ? f.name : 'the function';
}

/**
 * Returns the name of a function with which an error message can start: `loss`, or `The function` for an anonymous
 * function.
 */
export function subjectOf(name: string): string {
  return name.startsWith('the ') ? `The ${name.slice(4)}` : name;
}

/** Builds the tree that a traced function returns, with the given values as its tensors. */
export function rebuild(structure: Structure, values: readonly LazyValue[]): unknown {
  return assemble(
    structure,
    values.map((value) => new Tensor(value)),
  );
}

/**
 * Returns the tensors in an argument with respect to which a function is differentiated, and checks that they are
 * floats.
 *
 * @throws ManabiError `dtype` if a tensor is not a float; `argument` unless the argument is a tree of tensors
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
      `Cannot differentiate with respect to argument ${position}: it must contain only float tensors; got ` +
        `${formatType(other)}. Convert it with astype(x, 'float32'), or move it to an argument that is not in argnums.`,
      { op, data: { argument: position, dtype: other.dtype, shape: other.shape } },
    );
  }
  // For an argument that is a tree without tensors, the gradient is the tree itself. A number has no gradient.
  if (flat.structure.kind === 'value' && argument !== null) {
    throw new ManabiError(
      'argument',
      `Cannot differentiate with respect to argument ${position}: it contains no tensors. Convert a number with scalar(x).`,
      { op, data: { argument: position } },
    );
  }
  return flat;
}

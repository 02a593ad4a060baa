import { formatType, type Graph, isFloat, ManabiError, vjpGraph } from '@manabi/ir';
import { inlineInStages } from '../emit/emit.ts';
import { lazyOf, type Tensor } from '../tensor.ts';
import { flatten, type Structure } from '../tree.ts';
import { checkFunction, floatLeaves, nameOf, rebuild, traceFunction } from './trace-function.ts';

/**
 * Calls a function, and returns its value and its pullback. The pullback receives a cotangent of the value, and returns
 * an array with the cotangents of the arguments (vector-Jacobian products). The value and all calls of the pullback
 * share one forward pass.
 *
 * @throws ManabiError under the same conditions as `grad()`
 * @example
 * ```ts
 * import { mul, Tensor, tensor, vjp } from 'manabi';
 *
 * const [y, pullback] = vjp((x: Tensor) => mul(x, x), tensor([1, 2]));
 * const [dx] = pullback(tensor([1, 0]));
 * console.log(await y.array()); // [1, 4]
 * console.log(await dx.array()); // [2, 0]
 * ```
 */
export function vjp<Args extends readonly unknown[], R>(
  f: (...args: Args) => R,
  ...args: Args
): [value: R, pullback: (cotangent: R) => Args];
export function vjp(
  f: (...args: readonly unknown[]) => unknown,
  ...args: readonly unknown[]
): [value: unknown, pullback: (cotangent: unknown) => unknown] {
  checkFunction('vjp', f);
  const parts = args.map((arg, position) => floatLeaves('vjp', arg, position));
  const values = parts.flatMap(({ leaves }) => leaves.map(lazyOf));
  const traced = traceFunction('vjp', nameOf(f), values, (placeholders) => {
    const rest = [...placeholders];
    return f(...parts.map(({ leaves, structure }) => fill(structure, rest.splice(0, leaves.length))));
  });
  const { graph } = traced.captured;
  const derivative = vjpGraph(graph, { wrt: values.map((_, i) => i) });
  // The nodes that depend on no cotangent are the forward pass. They are added once, for all calls of the pullback.
  const { outputs, finish } = inlineInStages(derivative, [...values, ...traced.outside]);
  const count = graph.outputs.length;
  const value = rebuild(
    traced.structure,
    outputs.slice(0, count).flatMap((output) => output ?? []),
  );
  const pullback = (cotangent: unknown): unknown => {
    const given = cotangentsFor(graph, traced.structure, cotangent);
    const cotangents = [...finish(given.map(lazyOf)).slice(count)];
    return parts.map(({ leaves, structure }) => rebuild(structure, cotangents.splice(0, leaves.length)));
  };
  return [value, pullback];
}

function fill(structure: Structure, leaves: readonly Tensor[]): unknown {
  return rebuild(structure, leaves.map(lazyOf));
}

/** Checks a cotangent that was passed to a pullback, and returns its tensors for the float outputs of the function. */
function cotangentsFor(graph: Graph, structure: Structure, cotangent: unknown): Tensor[] {
  const flat = flatten(cotangent);
  const types = graph.outputs.map((output) => graph.types[output]);
  const alike = flat.leaves.length === types.length && flat.structure.kind === structure.kind;
  const wrong = flat.leaves.findIndex(
    ({ dtype, shape }, i) =>
      alike &&
      (dtype !== types[i].dtype ||
        shape.length !== types[i].shape.length ||
        shape.some((n, k) => n !== types[i].shape[k])),
  );
  if (alike && wrong < 0) return flat.leaves.filter(({ dtype }) => isFloat(dtype));
  throw new ManabiError(
    'shape',
    `The cotangent passed to a pullback must have the structure, shapes and dtypes of the value${
      wrong < 0 ? '' : `; tensor ${wrong} is ${flat.leaves[wrong]} instead of ${formatType(types[wrong])}`
    }.`,
    { op: 'vjp', data: { expected: types, given: flat.leaves.map(({ dtype, shape }) => ({ dtype, shape })) } },
  );
}

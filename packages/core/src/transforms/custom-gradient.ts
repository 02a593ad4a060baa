import { equalTypes, type Graph, isFloat, ManabiError, type TensorType } from '@manabi/ir';
import type { LazyValue } from '../lazy/value.ts';
import { assemble, isRecord } from '../structure.ts';
import { isTensor, lazyOf, type Tensor } from '../tensor.ts';
import { flatten, leaves } from '../tree.ts';
import { closedCall, graphOver } from './closed-call.ts';
import { checkFunction, nameOf, type TracedFunction, traceFunction } from './trace-function.ts';

/** Arguments and result of one call of a function, which its custom gradient receives. */
export interface ForwardPass<Args, R> {
  readonly args: Args;
  readonly result: R;
}

/** Cotangents with the structure of the arguments; null for arguments through which no gradient flows. */
export type Cotangents<Args extends readonly unknown[]> = { readonly [K in keyof Args]: Args[K] | null };

/**
 * Returns a function that computes the same as `f`, but has a custom gradient. `gradient` receives the arguments, the
 * result and the cotangent of the result. It returns an array with one cotangent per argument, or null for an argument
 * through which no gradient flows. `gradient` consists of tensor functions as well, so it can be differentiated again.
 * No gradient flows to tensors that `f` captures.
 *
 * @throws ManabiError (when the returned function is called) `argument`, `shape` or `dtype` unless the cotangents match
 * the arguments; `tracing` if a function is asynchronous
 * @example
 * ```ts
 * import { customGradient, grad, round, sum, Tensor, tensor } from 'manabi';
 *
 * const straightThrough = customGradient(
 *   (x: Tensor) => round(x),
 *   (_, cotangent) => [cotangent],
 * );
 * console.log(await grad((x: Tensor) => sum(straightThrough(x)))(tensor([0.2, 1.7])).array()); // [1, 1]
 * ```
 */
export function customGradient<Args extends readonly unknown[], R>(
  f: (...args: Args) => R,
  gradient: (forward: ForwardPass<Args, R>, cotangent: R) => Cotangents<Args>,
): (...args: Args) => R;
export function customGradient(
  f: (...args: readonly unknown[]) => unknown,
  gradient: (forward: ForwardPass<readonly unknown[], unknown>, cotangent: unknown) => readonly unknown[],
): (...args: readonly unknown[]) => unknown {
  checkFunction('customGradient', f);
  checkFunction('customGradient', gradient, 'gradient');
  return (...args) => {
    const name = nameOf(f);
    const flat = flatten(args);
    const values = flat.leaves.map(lazyOf);
    const listOf = (placeholders: readonly Tensor[]): readonly unknown[] => {
      const given = assemble(flat.structure, placeholders);
      return Array.isArray(given) ? given : [];
    };
    const forward = traceFunction('customGradient', name, values, (placeholders) => f(...listOf(placeholders)));
    const results = resultTypes(forward);
    const floats = results.filter(({ type }) => isFloat(type.dtype));
    let flows: readonly boolean[] = [];
    const backward = traceFunction(
      'customGradient',
      `gradient of ${name}`,
      [...values, ...results, ...floats],
      (placeholders) => {
        const produced = placeholders.slice(values.length, values.length + results.length);
        const cotangents = placeholders.slice(values.length + results.length);
        // Results that are not floats have no cotangents. The results themselves are passed in their place and are not
        // used.
        const cotangent = produced.map((result) => (isFloat(result.dtype) ? (cotangents.shift() ?? result) : result));
        const made = gradient(
          { args: listOf(placeholders.slice(0, values.length)), result: assemble(forward.structure, produced) },
          assemble(forward.structure, cotangent),
        );
        const list = pair(name, args, made);
        flows = list.map((each) => each !== null);
        return list.filter((each) => each !== null);
      },
    );
    const outside = [...new Set([...forward.outside, ...backward.outside])];
    const vjp = vjpOf(values, outside, [...results, ...floats], backward, flows);
    return closedCall(name, forward, values, outside, { vjp, checkpoint: false });
  };
}

interface Typed {
  readonly type: TensorType;
}

function resultTypes({ captured: { graph } }: TracedFunction): Typed[] {
  return graph.outputs.map((output) => ({ type: graph.types[output] }));
}

/**
 * Builds the gradient graph of a call with a custom gradient. It computes the cotangents of the float operands from the
 * operands, the results and the cotangents of the results. The cotangents of captured values are 0.
 */
function vjpOf(
  values: readonly LazyValue[],
  outside: readonly LazyValue[],
  further: readonly Typed[],
  backward: TracedFunction,
  flows: readonly boolean[],
): Graph {
  return graphOver([...values, ...outside, ...further], (builder, given) => {
    const made = [
      ...builder.inline(backward.captured.graph, [
        ...given.slice(0, values.length),
        ...given.slice(values.length + outside.length),
        ...backward.outside.map((value) => given[values.length + outside.indexOf(value)]),
      ]),
    ];
    return [...values, ...outside].flatMap(({ type }, i) => {
      const cotangent = flows[i] ? made.shift() : undefined;
      return isFloat(type.dtype) ? [cotangent ?? builder.constant(0, type.dtype, type.shape)] : [];
    });
  });
}

/** Returns the cotangent of each tensor in an argument, given what the custom gradient returned for the argument. */
function pair(name: string, arg: unknown, cotangent: unknown): (Tensor | null)[] {
  if (cotangent === null || cotangent === undefined) return leaves(arg).map(() => null);
  if (isTensor(arg)) {
    if (isTensor(cotangent) && equalTypes(lazyOf(arg).type, lazyOf(cotangent).type)) return [cotangent];
    const given = isTensor(cotangent) ? `${cotangent}` : `a ${typeof cotangent}`;
    throw new ManabiError(
      isTensor(cotangent) ? (cotangent.dtype === arg.dtype ? 'shape' : 'dtype') : 'argument',
      `The gradient of ${name} must return for ${arg} a cotangent of the same shape and dtype, or null; got ${given}.`,
      { op: 'customGradient', data: { function: name, expected: lazyOf(arg).type } },
    );
  }
  if (Array.isArray(arg)) {
    if (Array.isArray(cotangent) && cotangent.length === arg.length) {
      return arg.flatMap((item, i) => pair(name, item, cotangent[i]));
    }
    throw new ManabiError(
      'argument',
      `The gradient of ${name} must return an array of ${arg.length} cotangents, one per argument, or null for an argument ` +
        'without a gradient.',
      { op: 'customGradient', data: { function: name, expected: arg.length } },
    );
  }
  if (!isRecord(arg)) return [];
  return Object.keys(arg).flatMap((key) => pair(name, arg[key], isRecord(cotangent) ? cotangent[key] : null));
}

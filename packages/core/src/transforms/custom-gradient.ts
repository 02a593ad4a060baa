import { equalTypes, type Graph, isFloat, ManabiError, type TensorType } from '@manabi/ir';
import type { LazyValue } from '../lazy/value.ts';
import { assemble } from '../structure.ts';
import { isTensor, lazyOf, type Tensor } from '../tensor.ts';
import { flatten, isRecord, leaves } from '../tree.ts';
import { closedCall, graphOver } from './closed-call.ts';
import { checkFunction, nameOf, type TracedFunction, traceFunction } from './trace-function.ts';

/** What the gradient of a function is told of its forward pass. */
export interface ForwardPass<Args, R> {
  readonly args: Args;
  readonly result: R;
}

/** Cotangents like the arguments; null where none flows. */
export type Cotangents<Args extends readonly unknown[]> = { readonly [K in keyof Args]: Args[K] | null };

/**
 * A function with a gradient of its own. `gradient` is given the arguments, the result and a cotangent like the result;
 * it returns a list of cotangents like the arguments, with null where none flows. Both are functions of tensors as all
 * others, so that the gradient can be differentiated again. No gradient flows to tensors that they take from outside.
 *
 * @throws ManabiError (when the result is called) `argument`, `shape` or `dtype` if the cotangents do not fit the
 * arguments; `tracing` if a function is asynchronous
 * @example
 * ```ts
 * const roundThrough = customGradient((x: Tensor) => round(x), (_, cotangent) => [cotangent]);
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
    const listOf = (stand: readonly Tensor[]): readonly unknown[] => {
      const given = assemble(flat.structure, stand);
      return Array.isArray(given) ? given : [];
    };
    const forward = traceFunction('customGradient', name, values, (stand) => f(...listOf(stand)));
    const results = resultTypes(forward);
    const floats = results.filter(({ type }) => isFloat(type.dtype));
    let flows: readonly boolean[] = [];
    const backward = traceFunction(
      'customGradient',
      `gradient of ${name}`,
      [...values, ...results, ...floats],
      (stand) => {
        const produced = stand.slice(values.length, values.length + results.length);
        const cotangents = stand.slice(values.length + results.length);
        // Results that are no floats stand for their own cotangents, which nobody asks for.
        const cotangent = produced.map((result) => (isFloat(result.dtype) ? (cotangents.shift() ?? result) : result));
        const made = gradient(
          { args: listOf(stand.slice(0, values.length)), result: assemble(forward.structure, produced) },
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

/** From operands, results and cotangents to a cotangent for each float operand: zeros for what is from outside. */
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

/** The cotangent of each tensor of the arguments. */
function pair(name: string, arg: unknown, cotangent: unknown): (Tensor | null)[] {
  if (cotangent === null || cotangent === undefined) return leaves(arg).map(() => null);
  if (isTensor(arg)) {
    if (isTensor(cotangent) && equalTypes(lazyOf(arg).type, lazyOf(cotangent).type)) return [cotangent];
    const given = isTensor(cotangent) ? `${cotangent}` : `a ${typeof cotangent}`;
    throw new ManabiError(
      isTensor(cotangent) ? (cotangent.dtype === arg.dtype ? 'shape' : 'dtype') : 'argument',
      `The gradient of ${name} gave ${given} as the cotangent of ${arg}: it must have the same shape and dtype, or be ` +
        'null.',
      { op: 'customGradient', data: { function: name, expected: lazyOf(arg).type } },
    );
  }
  if (Array.isArray(arg)) {
    if (Array.isArray(cotangent) && cotangent.length === arg.length) {
      return arg.flatMap((item, i) => pair(name, item, cotangent[i]));
    }
    throw new ManabiError(
      'argument',
      `The gradient of ${name} must return a list of ${arg.length} cotangents, one like each argument, or null for it.`,
      { op: 'customGradient', data: { function: name, expected: arg.length } },
    );
  }
  if (!isRecord(arg)) return [];
  return Object.keys(arg).flatMap((key) => pair(name, arg[key], isRecord(cotangent) ? cotangent[key] : null));
}

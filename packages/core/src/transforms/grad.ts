import { anyOf, boolean, count, describeGiven, listOf, ManabiError, optional, readOptions } from '@manabi/errors';
import { formatType, gradGraph, isFloat } from '@manabi/ir';
import { inline } from '../emit/emit.ts';
import type { LazyValue } from '../lazy/value.ts';
import { assemble } from '../structure.ts';
import { isTensor, lazyOf, Tensor } from '../tensor.ts';
import { checkFunction, floatLeaves, nameOf, rebuild, traceFunction } from './trace-function.ts';

/** What `grad` and `valueAndGrad` differentiate by. */
export interface GradOptions<N> {
  /** Position of the argument, or positions of several; by default 0. */
  readonly argnums?: N;
}

/** The argument at a position, or a tuple of those at several. */
export type ArgumentsAt<Args extends readonly unknown[], N> = N extends number
  ? Args[N]
  : N extends readonly number[]
    ? { -readonly [K in keyof N]: N[K] extends number ? Args[N[K]] : never }
    : never;

type Positions = number | readonly number[];

const kinds = { argnums: optional(anyOf(count, listOf(count))), hasAux: optional(boolean) };

function checkTransform(op: string, f: unknown, options: GradOptions<Positions> & { readonly hasAux?: boolean }): void {
  checkFunction(op, f);
  readOptions(op, options, kinds);
}

/**
 * The gradient of a function whose result is a single float: a function of the same arguments that returns a tree like
 * the first of them (or like the one that `argnums` names). Transforms nest: `grad(grad(f))`, `grad` within `jit`.
 *
 * With `hasAux`, f returns `[loss, aux]`, and the result is `[gradient, aux]`.
 *
 * @throws ManabiError `argument` unless f is a function; when the result is called, `shape` or `dtype` unless f returns a
 * single float; `dtype` if an argument to differentiate by is no float; `notDifferentiable`; `tracing` if f is asynchronous
 * or reads values
 * @example `const slope = grad((x: Tensor) => sum(square(x)))(tensor([1, 2])); // 2, 4`
 */
export function grad<Args extends readonly unknown[], const N extends Positions = 0>(
  f: (...args: Args) => Tensor,
  options?: GradOptions<N> & { readonly hasAux?: false },
): (...args: Args) => ArgumentsAt<Args, N>;
export function grad<Args extends readonly unknown[], Aux, const N extends Positions = 0>(
  f: (...args: Args) => readonly [Tensor, Aux],
  options: GradOptions<N> & { readonly hasAux: true },
): (...args: Args) => [gradient: ArgumentsAt<Args, N>, aux: Aux];
export function grad(
  f: (...args: readonly unknown[]) => unknown,
  options: GradOptions<Positions> & { readonly hasAux?: boolean } = {},
): (...args: readonly unknown[]) => unknown {
  checkTransform('grad', f, options);
  return (...args) => {
    const { aux, gradient } = differentiate('grad', f, args, options);
    return options.hasAux ? [gradient, aux] : gradient;
  };
}

/**
 * The value of a function and its gradient, from one forward pass: `[value, gradient]`, or with `hasAux`
 * `[[value, aux], gradient]`.
 *
 * @throws ManabiError as `grad`
 * @example `const [loss, grads] = valueAndGrad(lossOf)(params, x, y);`
 */
export function valueAndGrad<Args extends readonly unknown[], const N extends Positions = 0>(
  f: (...args: Args) => Tensor,
  options?: GradOptions<N> & { readonly hasAux?: false },
): (...args: Args) => [value: Tensor, gradient: ArgumentsAt<Args, N>];
export function valueAndGrad<Args extends readonly unknown[], Aux, const N extends Positions = 0>(
  f: (...args: Args) => readonly [Tensor, Aux],
  options: GradOptions<N> & { readonly hasAux: true },
): (...args: Args) => [result: [value: Tensor, aux: Aux], gradient: ArgumentsAt<Args, N>];
export function valueAndGrad(
  f: (...args: readonly unknown[]) => unknown,
  options: GradOptions<Positions> & { readonly hasAux?: boolean } = {},
): (...args: readonly unknown[]) => unknown {
  checkTransform('valueAndGrad', f, options);
  return (...args) => {
    const { value, aux, gradient } = differentiate('valueAndGrad', f, args, options);
    return [options.hasAux ? [value, aux] : value, gradient];
  };
}

function differentiate(
  op: string,
  f: (...args: readonly unknown[]) => unknown,
  args: readonly unknown[],
  { argnums = 0, hasAux = false }: GradOptions<Positions> & { readonly hasAux?: boolean },
): { value: Tensor; aux: unknown; gradient: unknown } {
  const positions = [argnums].flat();
  checkPositions(op, positions, args.length);
  const parts = positions.map((position) => floatLeaves(op, args[position], position));
  const values = parts.flatMap(({ leaves }) => leaves.map(lazyOf));
  const traced = traceFunction(op, nameOf(f), values, (stand) => {
    const rest = [...stand];
    const given = [...args];
    positions.forEach((position, i) => {
      given[position] = assemble(parts[i].structure, rest.splice(0, parts[i].leaves.length));
    });
    const result = f(...given);
    checkResult(op, nameOf(f), result, hasAux);
    return result;
  });
  const graph = gradGraph(traced.captured.graph, { wrt: values.map((_, i) => i) });
  const results = inline(graph, [...values, ...traced.outside]);
  const outputs = traced.captured.graph.outputs.length;
  const gradients = [...results.slice(outputs)];
  const trees = parts.map(({ leaves, structure }) => rebuild(structure, gradients.splice(0, leaves.length)));
  return {
    ...outcome(traced.structure, results.slice(0, outputs), hasAux),
    gradient: typeof argnums === 'number' ? trees[0] : trees,
  };
}

function outcome(
  structure: Parameters<typeof rebuild>[0],
  values: readonly LazyValue[],
  hasAux: boolean,
): { value: Tensor; aux: unknown } {
  const value = new Tensor(values[0]);
  if (!hasAux || structure.kind !== 'list') return { value, aux: undefined };
  return { value, aux: rebuild(structure.items[1], values.slice(1)) };
}

function checkPositions(op: string, positions: readonly number[], count: number): void {
  const missing = positions.find((position) => !Number.isInteger(position) || position < 0 || position >= count);
  if (missing === undefined) return;
  throw new ManabiError(
    'argument',
    `There is no argument ${missing} to differentiate by: ${count} were given, counted from 0.`,
    {
      op,
      data: { position: missing, count },
    },
  );
}

function checkResult(op: string, name: string, result: unknown, hasAux: boolean): void {
  if (result instanceof Promise) return;
  if (hasAux && !(Array.isArray(result) && result.length === 2)) {
    throw new ManabiError('argument', `With hasAux, ${name} must return [value, aux].`, {
      op,
      data: { function: name },
    });
  }
  const value: unknown = hasAux && Array.isArray(result) ? result[0] : result;
  if (!isTensor(value)) {
    throw new ManabiError(
      'argument',
      `${name} must return one float to be differentiated, a tensor without axes, but returned ${describeGiven(value)}. To ` +
        'hand out more, return [value, aux] and say hasAux.',
      { op, data: { function: name, given: describeGiven(value) } },
    );
  }
  const { type } = lazyOf(value);
  if (type.shape.length === 0 && isFloat(type.dtype)) return;
  throw new ManabiError(
    isFloat(type.dtype) ? 'shape' : 'dtype',
    `${name} returned ${formatType(type)}, but a gradient is that of a single float. Reduce it with sum or mean; for ` +
      'the derivative of many outputs use vjp or jacobian.',
    { op, data: { function: name, dtype: type.dtype, shape: type.shape } },
  );
}

import { anyOf, boolean, count, listOf, ManabiError, optional, readOptions } from '@manabi/errors';
import { describeGiven } from '@manabi/errors/internal';
import { formatType, gradGraph, isFloat } from '@manabi/ir';
import { inline } from '../emit/emit.ts';
import type { LazyValue } from '../lazy/value.ts';
import { assemble } from '../structure.ts';
import { isTensor, lazyOf, Tensor } from '../tensor.ts';
import { checkFunction, floatLeaves, nameOf, rebuild, subjectOf, traceFunction } from './trace-function.ts';

/** Options of `grad` and `valueAndGrad`. */
export interface GradOptions<N> {
  /** Position of the argument with respect to which to differentiate, or an array of such positions. Default: 0. */
  readonly argnums?: N;
}

/** Type of the argument at position N; if N is an array of positions, a tuple of the types at these positions. */
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
 * Returns a function that computes the gradient of f. The result of f must be a float scalar. The gradient has the
 * structure of the argument with respect to which f is differentiated: by default the first one, otherwise those at
 * `argnums`. Transforms can be nested: `grad(grad(f))`, or `grad` inside `jit`.
 *
 * With `hasAux`, f returns `[loss, aux]`, and the new function returns `[gradient, aux]`.
 *
 * @throws ManabiError `argument` unless f is a function; when the new function is called, `shape` or `dtype` unless f
 * returns a float scalar and the arguments at `argnums` are floats; `notDifferentiable` if f uses an operator without a
 * derivative; `tracing` if f is asynchronous or reads values
 * @example
 * ```ts
 * import { grad, square, sum, Tensor, tensor } from 'manabi';
 *
 * console.log(await grad((x: Tensor) => sum(square(x)))(tensor([1, 2])).array()); // [2, 4]
 * ```
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
 * Returns a function that computes the value of f and its gradient with one forward pass. It returns `[value,
 * gradient]`, or `[[value, aux], gradient]` with the option `hasAux`.
 *
 * @throws ManabiError under the same conditions as `grad()`
 * @example
 * ```ts
 * import { mul, square, sum, Tensor, tensor, valueAndGrad } from 'manabi';
 *
 * const lossOf = (w: Tensor, x: Tensor) => sum(square(mul(w, x)));
 * const [loss, gradient] = valueAndGrad(lossOf)(tensor([1, 2]), tensor([3, 1]));
 * console.log(await loss.item()); // 13
 * console.log(await gradient.array()); // [18, 4]
 * ```
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
  const traced = traceFunction(op, nameOf(f), values, (placeholders) => {
    const rest = [...placeholders];
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
    `\`argnums\` contains ${missing}, but the function was called with ${count} argument${count === 1 ? '' : 's'} (positions count from 0).`,
    {
      op,
      data: { position: missing, count },
    },
  );
}

function checkResult(op: string, name: string, result: unknown, hasAux: boolean): void {
  if (result instanceof Promise) return;
  if (hasAux && !(Array.isArray(result) && result.length === 2)) {
    throw new ManabiError('argument', `${subjectOf(name)} must return [value, aux] with the option hasAux.`, {
      op,
      data: { function: name },
    });
  }
  const value: unknown = hasAux && Array.isArray(result) ? result[0] : result;
  if (!isTensor(value)) {
    throw new ManabiError(
      'argument',
      `${subjectOf(name)} must return a float scalar (a tensor without axes) to be differentiated; got ${describeGiven(value)}. To ` +
        'return more, return [value, aux] and set hasAux: true.',
      { op, data: { function: name, given: describeGiven(value) } },
    );
  }
  const { type } = lazyOf(value);
  if (type.shape.length === 0 && isFloat(type.dtype)) return;
  throw new ManabiError(
    isFloat(type.dtype) ? 'shape' : 'dtype',
    `${subjectOf(name)} must return a float scalar to be differentiated; got ${formatType(type)}. Reduce it with sum() or mean(), or ` +
      'use vjp() or jacobian() for several outputs.',
    { op, data: { function: name, dtype: type.dtype, shape: type.shape } },
  );
}

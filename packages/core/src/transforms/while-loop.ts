import { count, type KindsOf, optional } from '@manabi/errors';
import { formatType, ManabiError } from '@manabi/ir';
import { emit } from '../emit/emit.ts';
import { optionsOf } from '../functions/argument-kinds.ts';
import { assemble } from '../structure.ts';
import { isTensor, lazyOf, type Tensor } from '../tensor.ts';
import { flatten } from '../tree.ts';
import { closedGraph } from './closed-call.ts';
import { treeType } from './cond.ts';
import { checkSameTree, inOrderOf } from './same-tree.ts';
import { checkFunction, nameOf, rebuild, subjectOf, type TracedFunction, traceFunction } from './trace-function.ts';

/** Options of `whileLoop`. */
export interface WhileLoopOptions {
  /**
   * Largest number of iterations. After this number, the loop ends even if the test is true. Required for derivatives.
   * Default: no limit.
   */
  readonly maxTrips?: number;
}

const kinds = { maxTrips: optional(count) } satisfies KindsOf<WhileLoopOptions>;

/**
 * Repeats `body` while `test` is true, and returns the last carry. `test` receives the carry and returns a bool scalar;
 * `body` receives the carry and returns that of the next iteration. Both are traced once. The carry must keep the same
 * structure, shapes and dtypes in every iteration.
 *
 * The loop can be differentiated only with `maxTrips`, because the number of iterations is otherwise not limited. If
 * you know the number of iterations, use `scan`.
 *
 * @param init carry of the first iteration
 * @throws ManabiError `argument`, `shape` or `dtype` unless the test returns a bool scalar and the body a tree like the
 * carry; `argument` unless `maxTrips` is a non-negative integer; `tracing` if a function is asynchronous;
 * `notDifferentiable` for a gradient without `maxTrips`
 * @example
 * ```ts
 * import { less, mul, scalar, Tensor, whileLoop } from 'manabi';
 *
 * console.log(await whileLoop((x: Tensor) => less(x, 100), (x: Tensor) => mul(x, 2), scalar(3)).item()); // 192
 * ```
 */
export function whileLoop<C>(
  test: (carry: C) => Tensor,
  body: (carry: C) => NoInfer<C>,
  init: C,
  options?: WhileLoopOptions,
): C;
export function whileLoop(
  test: (carry: unknown) => unknown,
  body: (carry: unknown) => unknown,
  init: unknown,
  options?: WhileLoopOptions,
): unknown {
  checkFunction('whileLoop', test, 'test');
  checkFunction('whileLoop', body, 'body');
  const { maxTrips } = optionsOf('whileLoop', options, kinds);
  const { leaves, structure } = flatten(init);
  const values = leaves.map(lazyOf);
  const trace = (f: (carry: unknown) => unknown, finish: (result: unknown) => unknown): TracedFunction =>
    traceFunction('whileLoop', nameOf(f), values, (placeholders) => {
      const result = f(assemble(structure, placeholders));
      return result instanceof Promise ? result : finish(result);
    });
  const tested = trace(test, (result) => checkedCondition(nameOf(test), result));
  const repeated = trace(body, (result) => inOrderOf(structure, result));
  checkSameTree(
    {
      op: 'whileLoop',
      root: 'carry',
      expectedIs: 'the initial carry',
      givenIs: `the carry returned by ${nameOf(body)}`,
      advice:
        'The carry must keep the same structure, shapes and dtypes in every iteration. Convert it back with astype() or ' +
        'reshape().',
    },
    { structure, types: values.map(({ type }) => type) },
    treeType(repeated),
  );
  const outside = [...new Set([...tested.outside, ...repeated.outside])];
  const results = emit('while', [...values, ...outside], {
    test: closedGraph(tested, values, outside),
    body: closedGraph(repeated, values, outside),
    carries: values.length,
    maxTrips: maxTrips ?? null,
  });
  return rebuild(structure, results);
}

function checkedCondition(name: string, result: unknown): Tensor {
  if (!isTensor(result)) {
    throw new ManabiError(
      'argument',
      `${subjectOf(name)} must return a bool scalar tensor, such as less(carry, 100): true to run another iteration.`,
      { op: 'whileLoop', data: { function: name } },
    );
  }
  const { type } = lazyOf(result);
  if (type.dtype === 'bool' && type.shape.length === 0) return result;
  throw new ManabiError(
    type.dtype === 'bool' ? 'shape' : 'dtype',
    `${subjectOf(name)} must return a bool scalar; got ${formatType(type)}. ${
      type.dtype === 'bool' ? 'Reduce it with any() or all().' : 'Use a comparison, such as less(x, 100).'
    }`,
    { op: 'whileLoop', data: { function: name, dtype: type.dtype, shape: type.shape } },
  );
}

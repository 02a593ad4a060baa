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
import { checkFunction, nameOf, rebuild, type TracedFunction, traceFunction } from './trace-function.ts';

/** How `whileLoop` is bounded. */
export interface WhileLoopOptions {
  /** The most turns that it may take; it ends there even if the test still holds. Derivatives need it. */
  readonly maxTrips?: number;
}

const kinds = { maxTrips: optional(count) } satisfies KindsOf<WhileLoopOptions>;

/**
 * A loop that goes on while a test holds: `body` makes the next carry of a carry, and `test` one bool. Both are traced
 * once. The carry keeps its structure, shapes and dtypes.
 *
 * How many turns it takes is known only when it has ended, so that it has no derivative, unless `maxTrips` says how many
 * there may be. Where the number is known, use `scan`.
 *
 * @throws ManabiError `argument`, `shape` or `dtype` if the test does not return one bool or the body another tree;
 * `argument` for a `maxTrips` that is no whole number from 0; `tracing` if a function is asynchronous;
 * `notDifferentiable` when it is differentiated without `maxTrips`
 * @example `const power = whileLoop((x: Tensor) => less(x, 100), (x: Tensor) => mul(x, 2), scalar(3)); // 192`
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
    traceFunction('whileLoop', nameOf(f), values, (stand) => {
      const result = f(assemble(structure, stand));
      return result instanceof Promise ? result : finish(result);
    });
  const tested = trace(test, (result) => checkedVerdict(nameOf(test), result));
  const turned = trace(body, (result) => inOrderOf(structure, result));
  checkSameTree(
    {
      op: 'whileLoop',
      root: 'carry',
      expectedIs: 'the carry given to whileLoop',
      givenIs: `that returned by ${nameOf(body)}`,
      advice:
        'A carry has the same structure, shapes and dtypes in all turns; begin with it as the turns make it, or bring ' +
        'it back with astype or reshape.',
    },
    { structure, types: values.map(({ type }) => type) },
    treeType(turned),
  );
  const outside = [...new Set([...tested.outside, ...turned.outside])];
  const results = emit('while', [...values, ...outside], {
    test: closedGraph(tested, values, outside),
    body: closedGraph(turned, values, outside),
    carries: values.length,
    maxTrips: maxTrips ?? null,
  });
  return rebuild(structure, results);
}

function checkedVerdict(name: string, result: unknown): Tensor {
  if (!isTensor(result)) {
    throw new ManabiError(
      'argument',
      `${name} must return one bool as a tensor, such as less(carry, 100): what it returns is asked before every turn.`,
      { op: 'whileLoop', data: { function: name } },
    );
  }
  const { type } = lazyOf(result);
  if (type.dtype === 'bool' && type.shape.length === 0) return result;
  throw new ManabiError(
    type.dtype === 'bool' ? 'shape' : 'dtype',
    `${name} returned ${formatType(type)}, but whether there is another turn is one bool. ${
      type.dtype === 'bool' ? 'Reduce it with any or all.' : 'Compare it with something.'
    }`,
    { op: 'whileLoop', data: { function: name, dtype: type.dtype, shape: type.shape } },
  );
}

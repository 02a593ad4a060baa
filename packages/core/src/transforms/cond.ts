import { formatType, ManabiError } from '@manabi/ir';
import { emit } from '../emit/emit.ts';
import { asBool, type TensorLike } from '../functions/operand.ts';
import type { LazyValue } from '../lazy/value.ts';
import { assemble } from '../structure.ts';
import { lazyOf } from '../tensor.ts';
import { flatten } from '../tree.ts';
import { closedGraph } from './closed-call.ts';
import { checkSameTree, inOrderOf, type TreeType } from './same-tree.ts';
import { checkFunction, nameOf, rebuild, type TracedFunction, traceFunction } from './trace-function.ts';

/**
 * What one of two functions makes of the arguments: the first if `condition` is true, else the second; the other one
 * does not run. Both are traced, and return trees of the same structure, shapes and dtypes. Derivatives go through the
 * one that ran. To choose element by element use `where`.
 *
 * @param condition one bool, or a number, which is true unless it is 0
 * @throws ManabiError `shape` if the condition is not one element; `argument`, `shape` or `dtype` if the functions
 * return different trees; `tracing` if one is asynchronous
 * @example `const y = cond(less(norm, 1), (x: Tensor) => x, (x: Tensor) => div(x, norm), x);`
 */
export function cond<Args extends readonly unknown[], R>(
  condition: TensorLike,
  thenFunction: (...args: Args) => R,
  elseFunction: (...args: Args) => NoInfer<R>,
  ...args: Args
): R;
export function cond(
  condition: TensorLike,
  thenFunction: (...args: readonly unknown[]) => unknown,
  elseFunction: (...args: readonly unknown[]) => unknown,
  ...args: readonly unknown[]
): unknown {
  checkFunction('cond', thenFunction, 'thenFunction');
  checkFunction('cond', elseFunction, 'elseFunction');
  const decides = asBool('cond', condition);
  checkSingle(decides);
  const { leaves, structure } = flatten(args);
  const values = leaves.map(lazyOf);
  const trace = (
    f: (...args: readonly unknown[]) => unknown,
    finish: (result: unknown) => unknown = (result) => result,
  ): TracedFunction =>
    traceFunction('cond', nameOf(f), values, (stand) => {
      const given = assemble(structure, stand);
      const result = Array.isArray(given) ? f(...given) : undefined;
      return result instanceof Promise ? result : finish(result);
    });
  const onTrue = trace(thenFunction);
  const onFalse = trace(elseFunction, (result) => inOrderOf(onTrue.structure, result));
  checkSameTree(
    {
      op: 'cond',
      root: 'the result',
      expectedIs: 'the result of the first function',
      givenIs: 'that of the second',
      advice: 'Whatever the condition says, the result has one structure, one shape and one dtype for each tensor.',
    },
    treeType(onTrue),
    treeType(onFalse),
  );
  const outside = [...new Set([...onTrue.outside, ...onFalse.outside])];
  const results = emit('cond', [decides, ...values, ...outside], {
    thenBranch: closedGraph(onTrue, values, outside),
    elseBranch: closedGraph(onFalse, values, outside),
  });
  return rebuild(onTrue.structure, results);
}

/** What a traced function returns. */
export function treeType({ structure, captured: { graph } }: TracedFunction): TreeType {
  return { structure, types: graph.outputs.map((output) => graph.types[output]) };
}

function checkSingle({ type }: LazyValue): void {
  if (type.shape.length === 0) return;
  throw new ManabiError(
    'shape',
    `The condition is ${formatType(type)}, but cond takes one branch as a whole, for one bool. Reduce it with any or ` +
      'all, or choose element by element with where(condition, x, y).',
    { op: 'cond', data: { dtype: type.dtype, shape: type.shape } },
  );
}

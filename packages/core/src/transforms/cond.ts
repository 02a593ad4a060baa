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
 * Calls one of two functions with the given arguments: the first if `condition` is true, otherwise the second. Both
 * functions are traced, but only one runs. They must return trees with the same structure, shapes and dtypes. Gradients
 * flow only through the function that ran. To choose for each element separately, use `where`.
 *
 * @param condition scalar tensor, number or boolean; numbers other than 0 are true
 * @throws ManabiError `shape` unless the condition is a scalar; `argument`, `shape` or `dtype` if the functions return
 * different trees; `tracing` if a function is asynchronous
 * @example
 * ```ts
 * import { cond, mul, negative, Tensor, tensor } from 'manabi';
 *
 * const double = (x: Tensor) => mul(x, 2);
 * const negate = (x: Tensor) => negative(x);
 * console.log(await cond(true, double, negate, tensor([1, 2])).array()); // [2, 4]
 * ```
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
    traceFunction('cond', nameOf(f), values, (placeholders) => {
      const given = assemble(structure, placeholders);
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
      givenIs: 'the result of the second',
      advice: 'Both functions must return the same structure, with the same shapes and dtypes.',
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

/** Returns the structure of the tree that a traced function returns, and the types of its tensors. */
export function treeType({ structure, captured: { graph } }: TracedFunction): TreeType {
  return { structure, types: graph.outputs.map((output) => graph.types[output]) };
}

function checkSingle({ type }: LazyValue): void {
  if (type.shape.length === 0) return;
  throw new ManabiError(
    'shape',
    `\`condition\` must be a scalar; got ${formatType(type)}. Reduce it with any() or all(), or choose per element with ` +
      'where(condition, x, y).',
    { op: 'cond', data: { dtype: type.dtype, shape: type.shape } },
  );
}

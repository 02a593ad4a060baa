import { boolean, count, type KindsOf, optional } from '@manabi/errors';
import { formatType, ManabiError, type TensorType } from '@manabi/ir';
import { emit } from '../emit/emit.ts';
import { optionsOf } from '../functions/argument-kinds.ts';
import { assemble, type Structure } from '../structure.ts';
import { lazyOf, type Tensor } from '../tensor.ts';
import { flatten } from '../tree.ts';
import { checkSameTree, inOrderOf } from './same-tree.ts';
import { checkFunction, nameOf, rebuild, subjectOf, traceFunction } from './trace-function.ts';

/** Options of `scan`. */
export interface ScanOptions {
  /** Number of iterations. Required if `xs` has no tensors. */
  readonly length?: number;
  /**
   * Whether to iterate from the last slice of xs to the first. The stacked ys are still in the order of xs. Default:
   * false.
   */
  readonly reverse?: boolean;
}

const kinds = { length: optional(count), reverse: optional(boolean, false) } satisfies KindsOf<ScanOptions>;

/**
 * Calls a function for each slice of tensors along axis 0. In each iteration, `f` receives the carry and one slice of
 * each tensor in `xs`, and returns `[carry, y]`: the carry of the next iteration, and a tree of tensors. Returns the
 * last carry, and the trees `y` of all iterations stacked along axis 0.
 *
 * `f` is traced once, so the compile time does not depend on the number of iterations. Derivatives of any order are
 * supported. The carry must keep the same structure, shapes and dtypes in every iteration. `f` may capture tensors.
 * Operators that do not depend on the carry run once for all iterations together.
 *
 * @param init carry of the first iteration
 * @param xs tree of tensors with equal lengths on axis 0, or null, which requires `length`
 * @throws ManabiError `argument` if `f` does not return `[carry, y]`, the structure of the carry changes, or `length`
 * is missing; `shape` if lengths of xs differ; `shape` or `dtype` if the type of a carry changes; `tracing` if `f` is
 * asynchronous
 * @example
 * ```ts
 * import { add, scalar, scan, Tensor, tensor } from 'manabi';
 *
 * const step = (total: Tensor, x: Tensor): [Tensor, Tensor] => [add(total, x), add(total, x)];
 * const [total, sums] = scan(step, scalar(0), tensor([1, 2, 3]));
 * console.log(await total.item()); // 6
 * console.log(await sums.array()); // [1, 3, 6]
 * ```
 */
export function scan<C, X, Y>(
  f: (carry: C, x: X) => readonly [carry: NoInfer<C>, y: Y],
  init: C,
  xs: X,
  options?: ScanOptions,
): [carry: C, ys: Y];
export function scan(
  f: (carry: unknown, x: unknown) => unknown,
  init: unknown,
  xs: unknown,
  options?: ScanOptions,
): [unknown, unknown] {
  checkFunction('scan', f);
  const { length: requested, reverse } = optionsOf('scan', options, kinds);
  const name = nameOf(f);
  const carry = flatten(init);
  const slices = flatten(xs);
  const length = lengthOf(slices.leaves, requested);
  const carryTypes = carry.leaves.map((leaf) => lazyOf(leaf).type);
  const sliceTypes = slices.leaves.map(({ dtype, shape: [, ...shape] }): TensorType => ({ dtype, shape }));
  const argumentTypes = [...carryTypes, ...sliceTypes].map((type) => ({ type }));
  const traced = traceFunction('scan', name, argumentTypes, (placeholders) => {
    const given = assemble(carry.structure, placeholders.slice(0, carryTypes.length));
    const result = f(given, assemble(slices.structure, placeholders.slice(carryTypes.length)));
    if (result instanceof Promise) return result;
    const [next, y] = checkedPair(name, result);
    return [inOrderOf(carry.structure, next), y];
  });
  const [nextStructure, yStructure] = pairOf(traced.structure);
  const { graph } = traced.captured;
  const outputs = graph.outputs.map((output) => graph.types[output]);
  const carries = countLeaves(nextStructure);
  checkSameTree(
    {
      op: 'scan',
      root: 'carry',
      expectedIs: 'the initial carry',
      givenIs: `the carry returned by ${name}`,
      advice:
        'The carry must keep the same structure, shapes and dtypes in every iteration. Convert it back with astype() or ' +
        'reshape().',
    },
    { structure: carry.structure, types: carryTypes },
    { structure: nextStructure, types: outputs.slice(0, carries) },
  );
  const results = emit('scan', [...carry.leaves.map(lazyOf), ...slices.leaves.map(lazyOf), ...traced.outside], {
    body: graph,
    carries,
    xs: sliceTypes.length,
    length,
    reverse,
  });
  return [rebuild(nextStructure, results.slice(0, carries)), rebuild(yStructure, results.slice(carries))];
}

/** Returns the number of iterations: the length of all tensors in `xs` on axis 0, or the option `length`. */
function lengthOf(xs: readonly Tensor[], requested: number | undefined): number {
  const scalar = xs.find(({ rank }) => rank === 0);
  if (scalar !== undefined) {
    throw new ManabiError(
      'shape',
      `Tensors of \`xs\` must have an axis 0 to iterate over; got ${formatType(scalar)}. Let the function capture ` +
        'the scalar, or put it into the carry.',
      { op: 'scan', data: { dtype: scalar.dtype, shape: scalar.shape } },
    );
  }
  const length = requested ?? xs[0]?.shape[0];
  if (length === undefined) {
    throw new ManabiError(
      'argument',
      'Without tensors in `xs`, the option `length` is required: pass the number of iterations.',
      {
        op: 'scan',
      },
    );
  }
  const other = xs.find(({ shape }) => shape[0] !== length);
  if (other === undefined) return length;
  throw new ManabiError(
    'shape',
    `Tensors of \`xs\` must have length ${length} on axis 0, ${
      requested === undefined ? 'like the first one' : 'the option `length`'
    }; got ${formatType(other)}.`,
    { op: 'scan', data: { length, shape: other.shape } },
  );
}

function checkedPair(name: string, result: unknown): readonly [unknown, unknown] {
  if (Array.isArray(result) && result.length === 2) return [result[0], result[1]];
  throw new ManabiError(
    'argument',
    `${subjectOf(name)} must return [carry, y]: the carry of the next iteration, and the tensors to stack, or null.`,
    { op: 'scan', data: { function: name } },
  );
}

function pairOf(structure: Structure): readonly [Structure, Structure] {
  if (structure.kind === 'list') return [structure.items[0], structure.items[1]];
  throw new TypeError('The result of a traced iteration must be a pair.');
}

function countLeaves(structure: Structure): number {
  switch (structure.kind) {
    case 'tensor':
      return 1;
    case 'value':
      return 0;
    default:
      return structure.items.reduce((count, item) => count + countLeaves(item), 0);
  }
}

import { boolean, count, type KindsOf, optional } from '@manabi/errors';
import { formatType, ManabiError, type TensorType } from '@manabi/ir';
import { emit } from '../emit/emit.ts';
import { optionsOf } from '../functions/argument-kinds.ts';
import { assemble, type Structure } from '../structure.ts';
import { lazyOf, type Tensor } from '../tensor.ts';
import { flatten } from '../tree.ts';
import { checkSameTree, inOrderOf } from './same-tree.ts';
import { checkFunction, nameOf, rebuild, traceFunction } from './trace-function.ts';

/** How `scan` goes through its slices. */
export interface ScanOptions {
  /** Number of turns; needed only where there are no xs. */
  readonly length?: number;
  /** From the last slice to the first; ys lie as the xs do. False by default. */
  readonly reverse?: boolean;
}

const kinds = { length: optional(count), reverse: optional(boolean, false) } satisfies KindsOf<ScanOptions>;

/**
 * A loop over the slices of a tree of tensors along axis 0: `f` is given the carry and a slice of each x, and returns
 * the carry of the next turn and a tree of ys. The result is the last carry, and the ys stacked along axis 0.
 *
 * `f` is traced once, so that compiling it takes no longer for more turns; it has derivatives of any order. The carry
 * keeps its structure, shapes and dtypes. Tensors from outside of `f` may be used in it; what does not depend on the
 * carry is computed for all turns at once.
 *
 * @param xs null where there are none: give `length` then
 * @throws ManabiError `argument` if `f` does not return `[carry, y]`, or another tree of carries, or if there is no
 * length; `shape` if xs have different lengths; `shape` or `dtype` if a carry changes its type; `tracing` if `f` is
 * asynchronous
 * @example
 * ```ts
 * // Running sums: [1, 3, 6]
 * const [total, sums] = scan((sum: Tensor, x: Tensor) => [add(sum, x), add(sum, x)], scalar(0), tensor([1, 2, 3]));
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
  const { length: asked, reverse } = optionsOf('scan', options, kinds);
  const name = nameOf(f);
  const carry = flatten(init);
  const slices = flatten(xs);
  const length = lengthOf(slices.leaves, asked);
  const carryTypes = carry.leaves.map((leaf) => lazyOf(leaf).type);
  const sliceTypes = slices.leaves.map(({ dtype, shape: [, ...shape] }): TensorType => ({ dtype, shape }));
  const placeholders = [...carryTypes, ...sliceTypes].map((type) => ({ type }));
  const traced = traceFunction('scan', name, placeholders, (stand) => {
    const given = assemble(carry.structure, stand.slice(0, carryTypes.length));
    const result = f(given, assemble(slices.structure, stand.slice(carryTypes.length)));
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
      expectedIs: 'the carry given to scan',
      givenIs: `that returned by ${name}`,
      advice:
        'A carry has the same structure, shapes and dtypes in all turns; begin with it as the turns make it, or bring ' +
        'it back with astype or reshape.',
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

/** The number of slices, which all xs have, or that which was asked for. */
function lengthOf(xs: readonly Tensor[], asked: number | undefined): number {
  const scalar = xs.find(({ rank }) => rank === 0);
  if (scalar !== undefined) {
    throw new ManabiError(
      'shape',
      `An x is ${formatType(scalar)}, which has no axis 0 to take slices along. Use it in the function from outside, or ` +
        'put it into the carry.',
      { op: 'scan', data: { dtype: scalar.dtype, shape: scalar.shape } },
    );
  }
  const length = asked ?? xs[0]?.shape[0];
  if (length === undefined) {
    throw new ManabiError('argument', 'There are no xs, so that scan needs to know the number of turns: give length.', {
      op: 'scan',
    });
  }
  const other = xs.find(({ shape }) => shape[0] !== length);
  if (other === undefined) return length;
  throw new ManabiError(
    'shape',
    `An x is ${formatType(other)} with ${other.shape[0]} slices along axis 0, but ${
      asked === undefined ? `the first has ${length}` : `length is ${length}`
    }. All xs need as many slices.`,
    { op: 'scan', data: { length, shape: other.shape } },
  );
}

function checkedPair(name: string, result: unknown): readonly [unknown, unknown] {
  if (Array.isArray(result) && result.length === 2) return [result[0], result[1]];
  throw new ManabiError(
    'argument',
    `${name} must return [carry, y]: the carry of the next turn, and what is stacked, or null if nothing is.`,
    { op: 'scan', data: { function: name } },
  );
}

function pairOf(structure: Structure): readonly [Structure, Structure] {
  if (structure.kind === 'list') return [structure.items[0], structure.items[1]];
  throw new TypeError('The result of a traced turn is no pair.');
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

import type { Axis, Block, Instruction, Kernel, Statement } from '@manabi/compiler';
import {
  addIndex,
  axisIndex,
  type Combine,
  constantIndex,
  type DType,
  divideIndex,
  dtypes,
  type HostArray,
  type IndexExpr,
  isFloat,
  type ScalarOp,
  scalarOps,
  scaleIndex,
} from '@manabi/ir';
import { type RandomNumbers, randomArray } from './random-array.ts';

/** A random kernel, and initial contents for its slots, the arrays that it reads and writes. */
export interface RandomKernel {
  /** The kernel. It reads from its first slots and writes only to its last slots. */
  readonly kernel: Kernel;
  /** Initial contents of each slot of the kernel, in order. */
  readonly arrays: readonly HostArray[];
}

/** Options of `randomKernel`. */
export interface RandomKernelOptions {
  /** Dtypes that loaded elements, constants and results of casts may have. */
  readonly dtypes: readonly DType[];
  /** Scalar instructions that the kernel may use. */
  readonly ops: readonly ScalarOp[];
  /**
   * Operations with which reductions of the kernel may combine elements, such as a sum; empty for kernels without
   * reductions.
   */
  readonly combines: readonly Combine[];
}

const extents = [1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 17, 31, 40, 70];

/**
 * Returns a kernel of random nested loops, and random contents for the arrays that it reads and writes. Its loads are
 * strided, reversed, repeated or gathered; its stores may be transposed.
 */
export function randomKernel(random: RandomNumbers, options: RandomKernelOptions): RandomKernel {
  const arrays: HostArray[] = [];
  const axes: Axis[] = [];
  const scalars: DType[] = [];
  const accumulators: DType[] = [];

  const define = (block: Statement[], dtype: DType, instruction: Instruction): number => {
    const scalar = scalars.push(dtype) - 1;
    block.push({ kind: 'define', scalar, instruction });
    return scalar;
  };
  const newSlot = (dtype: DType, elements: number): number => arrays.push(randomArray(dtype, elements, random)) - 1;

  const load = (block: Statement[], open: readonly number[], dtype: DType): number => {
    const { index, size } = randomIndex(random, axes, open);
    if (random.next() < 0.15) {
      const length = random.integer(1, 20);
      const loaded = define(block, 'int32', { kind: 'load', slot: indexSlot(arrays, random, size, length), index });
      const operand = define(block, 'int32', { kind: 'checkedIndex', operand: loaded, extent: length, site: 0 });
      const data: IndexExpr = {
        constant: 0,
        terms: [{ atom: { kind: 'data', scalar: operand, extent: length }, factor: 1 }],
      };
      return define(block, dtype, { kind: 'load', slot: newSlot(dtype, length), index: data });
    }
    return define(block, dtype, { kind: 'load', slot: newSlot(dtype, size), index });
  };

  /**
   * Adds up to `count` random instructions to a block. Returns the scalars that they can read: the given ones and those
   * that the new instructions compute.
   */
  const compute = (block: Statement[], given: readonly number[], count: number): number[] => {
    const made = [...given];
    for (let i = 0; i < count; i++) {
      const op = random.pick(options.ops);
      const facts = scalarOps[op];
      const last = random.pick(made);
      const dtype = scalars[last];
      const shifts = op === 'shiftLeft' || op === 'shiftRight';
      if (!facts.accepts(dtype)) continue;
      if (shifts) {
        const amount = made.find((scalar) => scalars[scalar] === 'uint32');
        if (amount === undefined) continue;
        made.push(define(block, dtype, { kind: 'scalar', op, operands: [last, amount] }));
        continue;
      }
      const same = made.filter((scalar) => scalars[scalar] === dtype);
      const operands = Array.from({ length: facts.arity }, () => random.pick(same));
      if (op === 'select') {
        const conditions = made.filter((scalar) => scalars[scalar] === 'bool');
        if (conditions.length === 0) continue;
        operands[0] = random.pick(conditions);
      }
      if (op === 'bitcast') continue;
      const result = op === 'cast' ? random.pick(options.dtypes) : facts.result === 'bool' ? 'bool' : dtype;
      made.push(define(block, result, { kind: 'scalar', op, operands }));
    }
    return made;
  };

  const store = (block: Statement[], open: readonly number[], value: number): void => {
    const order = shuffled(random, open);
    let index = constantIndex(0);
    let size = 1;
    for (const axis of order) {
      index = addIndex(index, scaleIndex(axisIndex(axis, axes[axis].extent), size));
      size *= axes[axis].extent;
    }
    const combine = random.next() < 0.8 || scalars[value] === 'bool' ? 'set' : random.pick(['add', 'max'] as const);
    block.push({ kind: 'store', slot: newSlot(scalars[value], size), index, value, combine });
  };

  const loop = (kind: Axis['kind'], most: number): number =>
    axes.push({ kind, extent: random.pick(extents.filter((extent) => extent <= most)) }) - 1;

  const outer = Array.from({ length: random.integer(1, 4) }, () => loop('parallel', 17));
  axes[outer[random.integer(0, outer.length)]] = { kind: 'parallel', extent: random.pick(extents) };
  const row: Statement[] = [];
  const given = [load(row, outer, random.pick(options.dtypes)), load(row, outer, random.pick(options.dtypes))];
  if (random.next() < 0.5)
    given.push(define(row, 'int32', { kind: 'index', index: randomIndex(random, axes, outer).index }));
  const literal = random.pick(options.dtypes);
  given.push(define(row, literal, { kind: 'constant', value: literal === 'bool' ? 1 : random.integer(0, 5) }));
  let made = compute(row, given, random.integer(0, 6));

  if (options.combines.length > 0) {
    const inner = Array.from({ length: random.integer(1, 3) }, () => loop('reduce', 40));
    const body: Statement[] = [];
    const inside = compute(
      body,
      [...made, load(body, [...outer, ...inner], random.pick(options.dtypes))],
      random.integer(0, 4),
    );
    const results: number[] = [];
    const ends: Statement[] = [];
    for (let i = random.integer(1, 3); i > 0; i--) {
      const value = random.pick(inside);
      const dtype = scalars[value];
      const combine: Combine = dtype === 'bool' ? 'max' : random.pick(options.combines);
      const accumulator = accumulators.push(dtype) - 1;
      const initial = combine === 'max' ? dtypes[dtype].min : combine === 'min' ? dtypes[dtype].max : 0;
      row.push({ kind: 'begin', accumulator, initial });
      body.push({ kind: 'accumulate', accumulator, combine, value });
      results.push(define(ends, dtype, { kind: 'accumulator', accumulator }));
    }
    row.push(nest(inner, body), ...ends);
    made = compute(row, [...made, ...results], random.integer(0, 3)).filter(
      (scalar) => !inside.includes(scalar) || made.includes(scalar),
    );
    for (const result of results) store(row, outer, result);
  }
  for (let i = 0; i < 2; i++) store(row, outer, random.pick(made));
  const stores = row.filter(({ kind }) => kind === 'store');
  const others = row.filter(({ kind }) => kind !== 'store');
  return {
    kernel: { name: 'random', axes, scalars, accumulators, body: [nest(outer, [...others, ...stores])] },
    arrays,
  };
}

function shuffled(random: RandomNumbers, list: readonly number[]): number[] {
  const order = [...list];
  for (let last = order.length - 1; last > 0; last--) {
    const other = random.integer(0, last + 1);
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
}

function nest(axes: readonly number[], body: Block): Statement {
  const [axis, ...rest] = axes;
  return { kind: 'loop', axis, body: rest.length === 0 ? body : [nest(rest, body)] };
}

/**
 * Returns a random expression that computes an element's index from the loop counters, and the size that an array must
 * have for it. The expression omits, permutes, reverses or strides axes, and may divide the index or take a remainder.
 */
function randomIndex(
  random: RandomNumbers,
  axes: readonly Axis[],
  open: readonly number[],
): { index: IndexExpr; size: number } {
  let index = constantIndex(0);
  let size = 1;
  const order = shuffled(random, open);
  for (const axis of order) {
    if (random.next() < 0.25) continue;
    const { extent } = axes[axis];
    const step = random.next() < 0.15 ? 2 : 1;
    const forward = axisIndex(axis, extent);
    const position = random.next() < 0.2 ? addIndex(constantIndex(extent - 1), scaleIndex(forward, -1)) : forward;
    index = addIndex(index, scaleIndex(position, size * step));
    size *= extent * step;
  }
  if (random.next() < 0.15 && size > 3) {
    const { quotient, remainder } = divideIndex(index, random.integer(2, 6));
    return random.next() < 0.5 ? { index: quotient, size } : { index: remainder, size: 6 };
  }
  return { index, size };
}

function indexSlot(arrays: HostArray[], random: RandomNumbers, size: number, extent: number): number {
  return (
    arrays.push({
      dtype: 'int32',
      shape: [size],
      data: Int32Array.from({ length: size }, () => random.integer(0, extent)),
    }) - 1
  );
}

/** Instructions whose results on float32 and integers are exact or nearly exact. */
export const gentleOps: readonly ScalarOp[] = [
  'add',
  'sub',
  'mul',
  'max',
  'min',
  'neg',
  'abs',
  'not',
  'and',
  'or',
  'xor',
];

/** Every scalar instruction. */
export const allOps: readonly ScalarOp[] = Object.keys(scalarOps).filter((op): op is ScalarOp => op in scalarOps);

/** Dtypes of at most 32 bits, which vector units and GPUs support. */
export const vectorDTypes: readonly DType[] = ['float32', 'int32', 'uint32', 'uint8', 'bool'];

/**
 * Returns data of an array that tests can compare with `toEqual`: the bytes of a float array, in which equal NaNs
 * compare as equal, or the elements of any other array.
 */
export function bitsOf({ dtype, data }: HostArray): ArrayLike<number> {
  return isFloat(dtype) ? new Uint8Array(data.slice().buffer) : data;
}

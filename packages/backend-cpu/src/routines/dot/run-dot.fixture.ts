import { sizeOf } from '@manabi/ir';
import { type RandomSource, randomSource } from '@manabi/testing';
import { stepParams } from '../../emit/step-params.ts';
import { compileModule } from '../../wasm/compile-in-node.ts';
import { type Emit, ModuleBuilder } from '../../wasm/index.ts';
import { operandView } from './address.ts';
import { mergeAxes } from './axes.ts';
import { depthBlock } from './depth.ts';
import { type DotEpilogue, type DotPlan, type DotShape, type DotType, emitDotStep, taskCount } from './index.ts';
import { matrixSizes } from './plan.ts';
import { axpyPartials } from './recipes.ts';

/** Array that a product reads or writes. The test surrounds each array with bytes that must not change. */
type Elements = Float32Array | Float64Array | Int32Array | Uint32Array;

const arrayTypes = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  uint32: Uint32Array,
} as const satisfies Record<DotType, unknown>;

const buffers = ['lhs', 'rhs', 'out', 'lhsPanels', 'rhsPanels', 'partials'] as const;

/** Result of `runDot`. */
export interface DotRun {
  /** Memory of the result; elements outside the result must keep the value `untouched`. */
  readonly out: Elements;
  /**
   * Expected contents of the memory, computed by a plain loop that adds the terms in the same order as the plan, with
   * the arithmetic of the element type.
   */
  readonly expected: Elements;
}

/** Initial value of the memory of a result. */
const untouched = 77;

/** Options of `runDot`. */
export interface DotRunOptions {
  readonly epilogue?: DotEpilogue;
  /** Computes in JavaScript what the epilogue computes for a sum, for the expected result. */
  readonly finish?: (sum: number, batch: readonly number[], i: number, j: number) => number;
  /**
   * Whether to run the tasks of each step one by one in random order. Default: false, which runs all tasks of a step in
   * one call.
   */
  readonly shuffled?: boolean;
  /** Whether sums of float32 use fused multiply-add. Default: false. */
  readonly fused?: boolean;
  /** Further buffers for the epilogue. Their slots follow those of the product in the table of addresses. */
  readonly extra?: readonly Float32Array[];
}

/** Number of slots of the product in the table of addresses; the slots of `extra` buffers follow. */
export const dotSlots: number = buffers.length;

/** Emits, compiles and runs a plan on seeded random operands. */
export function runDot(plan: DotPlan, options: DotRunOptions = {}): DotRun {
  const { shape } = plan;
  const { batch, rows, columns, contract, lhs, rhs, out } = shape;
  const { m, n, k } = matrixSizes(shape);
  const ArrayType = arrayTypes[shape.dtype];
  const bytes = ArrayType.BYTES_PER_ELEMENT;
  const sizes = [
    bytes * span([...batch, ...rows, ...contract], [...lhs.batch, ...lhs.free, ...lhs.contract]),
    bytes * span([...batch, ...columns, ...contract], [...rhs.batch, ...rhs.free, ...rhs.contract]),
    bytes * span([...batch, m, n], [...out.batch, out.m, out.n]),
    ...(['lhsPanels', 'rhsPanels', 'partials'] as const).map((name) => plan.scratch[name]),
    ...(options.extra ?? []).map((array) => array.byteLength),
  ];
  let end = 1024;
  const addresses = sizes.map((size) => {
    const address = end;
    end = Math.ceil((address + size + 64) / 16) * 16;
    return address;
  });
  const memory = new WebAssembly.Memory({ initial: Math.ceil(end / 65536) });
  new Uint8Array(memory.buffer).fill(0xff);
  new Int32Array(memory.buffer).set(addresses);
  const random = randomSource(m + 31 * n + 997 * k);
  const view = (slot: number): Elements => new ArrayType(memory.buffer, addresses[slot], sizes[slot] / bytes);
  for (const slot of [0, 1]) fillRandom(view(slot), shape.dtype, random);
  new ArrayType(memory.buffer, addresses[2] - 16, sizes[2] / bytes + 32 / bytes).fill(untouched);
  for (const [i, array] of (options.extra ?? []).entries()) {
    new Float32Array(memory.buffer, addresses[dotSlots + i], array.length).set(array);
  }

  const { fused = false } = options;
  const module = new ModuleBuilder({ min: 1 }, fused);
  const pointers: { [K in (typeof buffers)[number]]?: Emit } = {};
  for (const [slot, name] of buffers.entries()) pointers[name] = (f) => void f.get(0).load('i32.load', 4 * slot);
  for (const [i, step] of plan.steps.entries()) {
    emitDotStep(module.function(`step${i}`, stepParams, []), plan, step, pointers, options.epilogue);
  }
  const { exports } = new WebAssembly.Instance(compileModule(module.toBytes(), { eager: false }), { env: { memory } });
  for (const [i, step] of plan.steps.entries()) {
    const run = exports[`step${i}`];
    if (typeof run !== 'function') throw new Error(`Step ${i} is not exported.`);
    const tasks = taskCount(step.grid);
    if (options.shuffled !== true) run(0, 0, tasks);
    else for (const task of random.permutation(tasks)) run(0, task, task + 1);
  }

  const margins = [view(2).byteOffset - 16, view(2).byteOffset + sizes[2]];
  for (const at of margins) {
    if (new ArrayType(memory.buffer, at, 16 / bytes).some((value) => value !== untouched)) {
      throw new Error('The plan wrote outside the result.');
    }
  }
  const finish = options.finish ?? ((sum) => sum);
  return { out: view(2), expected: plainDot(shape, view(0), view(1), runsOf(plan), finish, fused) };
}

/** Returns the numbers of terms that a plan sums separately, in the order of k, for each part of k. */
function runsOf({ shape, steps }: DotPlan): readonly (readonly number[])[] {
  const { k } = matrixSizes(shape);
  const step = steps.findLast(({ kind }) => kind !== 'addParts');
  if (step?.kind === 'tile' && k > 0) {
    const views = (['lhs', 'rhs'] as const).map((operand) => {
      const isVectors = operand === step.vectors;
      const packed = step.packed[operand] && !(step.near && isVectors);
      return operandView(shape, operand, packed, isVectors ? step.columns : step.rows);
    });
    const { extents } = mergeAxes({ extents: shape.contract, strides: views.map(({ contract }) => contract) });
    const { level, size, several } = depthBlock(extents, step.kBlock);
    if (!several) return [[k]];
    const behind = sizeOf(extents.slice(level + 1));
    const blocks = Array.from({ length: Math.ceil(extents[level] / size) }, (_, i) =>
      Math.min(size, extents[level] - i * size),
    );
    const outer = Array.from({ length: sizeOf(extents.slice(0, level)) });
    const runs = outer.flatMap(() => blocks.map((rows) => rows * behind));
    const bounds = Array.from({ length: step.parts + 1 }, (_, part) => Math.floor((part * runs.length) / step.parts));
    return bounds.slice(1).map((end, part) => runs.slice(bounds[part], end));
  }
  const { totals } = axpyPartials(shape, 1);
  if (step?.kind !== 'axpy' || totals === null) return [[k]];
  // The rows of the first pass belong to the first run.
  const first = k % 4 === 0 ? 4 : k % 4;
  const runs = Array.from({ length: Math.ceil((k - first) / totals.run) }, (_, i) =>
    Math.min(totals.run, k - first - i * totals.run),
  );
  return [[first + runs[0], ...runs.slice(1)]];
}

/** Computes the product by a plain loop. */
function plainDot(
  shape: DotShape,
  left: Elements,
  right: Elements,
  parts: readonly (readonly number[])[],
  finish: NonNullable<DotRunOptions['finish']>,
  fused: boolean,
): Elements {
  const { dtype, batch, lhs, rhs, out } = shape;
  const { m, n, k } = matrixSizes(shape);
  const leftRows = offsets(shape.rows, lhs.free);
  const leftDepths = offsets(shape.contract, lhs.contract);
  const rightColumns = offsets(shape.columns, rhs.free);
  const rightDepths = offsets(shape.contract, rhs.contract);
  const result = new arrayTypes[dtype](span([...batch, m, n], [...out.batch, out.m, out.n])).fill(untouched);
  const add = dtype === 'float32' && fused ? accumulateFused : accumulate[dtype];
  const [row, column] = [new arrayTypes[dtype](k), new arrayTypes[dtype](k)];
  for (const index of indices(batch)) {
    const at = (strides: readonly number[]): number => index.reduce((sum, i, axis) => sum + i * strides[axis], 0);
    for (let i = 0; i < m; i++) {
      const rowStart = at(lhs.batch) + leftRows[i];
      for (let p = 0; p < k; p++) row[p] = left[rowStart + leftDepths[p]];
      for (let j = 0; j < n; j++) {
        const columnStart = at(rhs.batch) + rightColumns[j];
        for (let p = 0; p < k; p++) column[p] = right[columnStart + rightDepths[p]];
        let [sum, p] = [0, 0];
        for (const runs of parts) {
          let partSum = 0;
          for (const run of runs) {
            let runSum = 0;
            for (const end = p + run; p < end; p++) runSum = add(runSum, row[p], column[p]);
            partSum = add(partSum, runSum, 1);
          }
          sum = add(sum, partSum, 1);
        }
        result[at(out.batch) + i * out.m + j * out.n] = finish(sum, index, i, j);
      }
    }
  }
  return result;
}

// Globals are slow to look up in the VM context of a test.
const { fround, imul } = Math;

const accumulate: { readonly [K in DotType]: (sum: number, a: number, b: number) => number } = {
  float32: (sum, a, b) => fround(sum + fround(a * b)),
  float64: (sum, a, b) => sum + a * b,
  int32: (sum, a, b) => (sum + imul(a, b)) | 0,
  uint32: (sum, a, b) => (sum + imul(a, b)) >>> 0,
};

/** Adds a product with one rounding: products of float32 numbers are exact in float64. */
const accumulateFused = (sum: number, a: number, b: number): number => fround(sum + a * b);

function fillRandom(array: Elements, dtype: DotType, random: RandomSource): void {
  const integers = dtype === 'int32' || dtype === 'uint32';
  for (let i = 0; i < array.length; i++)
    array[i] = integers ? random.integer(-(2 ** 31), 2 ** 31) : random.uniform(-1, 1);
}

function* indices(axes: readonly number[]): Generator<number[]> {
  if (axes.length === 0) {
    yield [];
    return;
  }
  for (let i = 0; i < axes[0]; i++) for (const rest of indices(axes.slice(1))) yield [i, ...rest];
}

/** Returns the offset of every element of an array with the given axes, in row-major order. */
function offsets(axes: readonly number[], strides: readonly number[]): number[] {
  return [...indices(axes)].map((index) => index.reduce((sum, i, axis) => sum + i * strides[axis], 0));
}

/** Returns the number of elements spanned by an array with these sizes and strides. */
function span(axes: readonly number[], strides: readonly number[]): number {
  if (axes.includes(0)) return 0;
  return 1 + axes.reduce((sum, size, axis) => sum + (size - 1) * strides[axis], 0);
}

/** Whether each operand of a matrix product is stored transposed. */
export interface DotLayout {
  readonly lhs?: boolean;
  readonly rhs?: boolean;
  readonly out?: boolean;
}

/** Returns a product of dense matrices, each row-major or (`true`) column-major. */
export function denseDot(
  m: number,
  n: number,
  k: number,
  transposed: DotLayout = {},
  dtype: DotType = 'float32',
): DotShape {
  return {
    dtype,
    batch: [],
    rows: [m],
    columns: [n],
    contract: [k],
    lhs: transposed.lhs ? { batch: [], free: [1], contract: [m] } : { batch: [], free: [k], contract: [1] },
    rhs: transposed.rhs ? { batch: [], free: [k], contract: [1] } : { batch: [], free: [1], contract: [n] },
    out: transposed.out ? { batch: [], m: 1, n: m } : { batch: [], m: n, n: 1 },
  };
}

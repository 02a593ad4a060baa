import type { RoutineStep, TopKAttributes } from '@manabi/compiler';
import { type DType, dtypes } from '@manabi/ir';
import {
  type Callable,
  type FunctionBuilder,
  forRange,
  type LocalId,
  limitTo,
  type ModuleBuilder,
} from '../../wasm/index.ts';
import type { RoutineEmission, ScratchBytes } from '../emission.ts';

/** Smallest number of elements per task. */
const elementsPerTask = 4096;

const NO_SCRATCH: ScratchBytes = { passing: 0, kept: 0 };

/**
 * Writes a function that computes the k largest or smallest elements of each row, best first. Elements that are equal
 * keep their order, NaN is larger than every number, and -0 is equal to 0.
 *
 * The memory of the result holds a heap with the indices of the k best elements so far, the worst one at its root. The
 * heap is sorted in place at the end (Williams, "Algorithm 232: Heapsort", 1964). Equal elements are ordered by index,
 * so no two elements are tied.
 */
export function emitTopK(
  { attributes, operands: [input], results: [values, indices] }: RoutineStep<TopKAttributes>,
  { support: { module }, name, begin: beginFunction }: RoutineEmission,
): ScratchBytes {
  const { dtype, rows, length, k } = attributes;
  const { bytes } = dtypes[dtype];
  const rowsPerTask = Math.ceil(elementsPerTask / Math.max(1, length));
  const better = betterFunction(module, name, attributes);
  const siftDown = siftDownFunction(module, name, better);

  const isEmpty = k === 0 || rows === 0;
  const f = beginFunction(name, isEmpty ? 1 : Math.ceil(rows / rowsPerTask), false);
  const [table, begin, end] = [0, 1, 2];
  const [row, last, source, heap, target, i, at, to] = f.locals('i32', 8);
  if (isEmpty) return NO_SCRATCH;
  f.get(begin).i32(rowsPerTask).op('i32.mul').set(row);
  f.get(end).i32(rowsPerTask).op('i32.mul').set(last);
  limitTo(f, last, rows);
  forRange(
    f,
    row,
    (g) => g.get(row),
    (g) => g.get(last),
    1,
    () => {
      rowAddress(f, table, input, row, length * bytes, source);
      rowAddress(f, table, indices, row, 4 * k, heap);
      rowAddress(f, table, values, row, k * bytes, target);

      forRange(f, i, 0, k, 1, () => pushElement(f, heap, i, 4).get(i).store('i32.store'));
      if (k > 1) {
        f.i32((k >> 1) - 1).set(i);
        f.loop((again) => {
          f.get(source).get(heap).get(i).i32(k).call(siftDown);
          f.get(i).i32(1).op('i32.sub').tee(i).i32(0).op('i32.ge_s').brIf(again);
        });
      }
      forRange(f, i, k, length, 1, () => {
        f.get(source)
          .get(i)
          .get(heap)
          .load('i32.load')
          .call(better)
          .if(() => {
            f.get(heap).get(i).store('i32.store');
            f.get(source).get(heap).i32(0).i32(k).call(siftDown);
          });
      });
      if (k > 1) {
        f.i32(k - 1).set(i);
        f.loop((again) => {
          pushElement(f, heap, i, 4).set(at);
          f.get(at).load('i32.load').set(to);
          f.get(at).get(heap).load('i32.load').store('i32.store');
          f.get(heap).get(to).store('i32.store');
          f.get(source).get(heap).i32(0).get(i).call(siftDown);
          f.get(i).i32(1).op('i32.sub').tee(i).i32(0).op('i32.gt_s').brIf(again);
        });
      }
      forRange(f, i, 0, k, 1, () => {
        pushElement(f, heap, i, 4).load('i32.load').set(to);
        pushElement(f, target, i, bytes);
        pushElement(f, source, to, bytes);
        copyElement(f, bytes);
      });
    },
  );
  return NO_SCRATCH;
}

function rowAddress(f: FunctionBuilder, table: LocalId, slot: number, row: LocalId, bytes: number, to: LocalId): void {
  f.get(table).load('i32.load', 4 * slot);
  f.get(row).i32(bytes).op('i32.mul', 'i32.add').set(to);
}

function pushElement(f: FunctionBuilder, base: LocalId, index: LocalId, bytes: number): FunctionBuilder {
  return f.get(base).get(index).i32(bytes).op('i32.mul', 'i32.add');
}

function copyElement(f: FunctionBuilder, bytes: number): void {
  if (bytes === 8) f.load('i64.load').store('i64.store');
  else if (bytes === 4) f.load('i32.load').store('i32.store');
  else f.load('i32.load8_u').store('i32.store8');
}

/** Returns the function (source, i, j) -> 1 if element i is ordered before element j, otherwise 0. */
function betterFunction(module: ModuleBuilder, name: string, { dtype, largest }: TopKAttributes): Callable {
  const key = keyFunction(module, name, dtype);
  const wide = dtype === 'float64';
  const f = module.function(`${name} better`, ['i32', 'i32', 'i32'], ['i32'], { exported: false });
  const [source, i, j] = [0, 1, 2];
  const [left, right] = f.locals(wide ? 'i64' : 'i32', 2);
  f.get(source).get(i).call(key).set(left);
  f.get(source).get(j).call(key).set(right);
  f.get(i).get(j).op('i32.lt_s');
  const type = wide ? 'i64' : 'i32';
  f.get(left)
    .get(right)
    .op(largest ? `${type}.gt_s` : `${type}.lt_s`);
  f.get(left).get(right).op(`${type}.eq`, 'select');
  return f;
}

/** Returns the function (source, i) -> key of element i. Keys are signed integers in the same order as the elements. */
function keyFunction(module: ModuleBuilder, name: string, dtype: DType): Callable {
  const f = module.function(`${name} key`, ['i32', 'i32'], [dtype === 'float64' ? 'i64' : 'i32'], { exported: false });
  pushElement(f, 0, 1, dtypes[dtype].bytes);
  switch (dtype) {
    case 'int32':
      f.load('i32.load');
      break;
    case 'uint32':
      f.load('i32.load').i32(-0x80000000).op('i32.xor');
      break;
    case 'uint8':
    case 'bool':
      f.load('i32.load8_u');
      break;
    case 'float32': {
      // The bits of floats have the order of the numbers if those of negative numbers are inverted. Adding 0 replaces
      // -0 by 0.
      const [x, bits] = [f.local('f32'), f.local('i32')];
      f.load('f32.load').f32(0).op('f32.add').tee(x).op('i32.reinterpret_f32').set(bits);
      f.i32(0x7fffffff).get(bits).get(bits).i32(31).op('i32.shr_s').i32(1).op('i32.shr_u', 'i32.xor');
      f.get(x).get(x).op('f32.ne', 'select');
      break;
    }
    case 'float64': {
      const [x, bits] = [f.local('f64'), f.local('i64')];
      f.load('f64.load').f64(0).op('f64.add').tee(x).op('i64.reinterpret_f64').set(bits);
      f.i64(0x7fffffffffffffffn).get(bits).get(bits).i64(63n).op('i64.shr_s').i64(1n).op('i64.shr_u', 'i64.xor');
      f.get(x).get(x).op('f64.ne', 'select');
      break;
    }
  }
  return f;
}

/**
 * Returns the function (source, heap, root, size) that moves the index at position `root` of the heap down until the
 * elements of its children are better.
 */
function siftDownFunction(module: ModuleBuilder, name: string, better: Callable): Callable {
  const f = module.function(`${name} siftDown`, ['i32', 'i32', 'i32', 'i32'], [], { exported: false });
  const [source, heap, root, size] = [0, 1, 2, 3];
  const [child, childPlace, other, sinking] = f.locals('i32', 4);
  const loadPlace = (at: LocalId, offset = 0): FunctionBuilder => pushElement(f, heap, at, 4).load('i32.load', offset);
  loadPlace(root).set(sinking);
  f.block((done) => {
    f.loop((again) => {
      f.get(root).i32(1).op('i32.shl').i32(1).op('i32.add').tee(child).get(size).op('i32.ge_s').brIf(done);
      loadPlace(child).set(childPlace);
      f.get(child)
        .i32(1)
        .op('i32.add')
        .get(size)
        .op('i32.lt_s')
        .if(() => {
          loadPlace(child, 4).set(other);
          f.get(source)
            .get(childPlace)
            .get(other)
            .call(better)
            .if(() => {
              f.get(other).set(childPlace);
              f.get(child).i32(1).op('i32.add').set(child);
            });
        });
      f.get(source).get(sinking).get(childPlace).call(better).op('i32.eqz').brIf(done);
      pushElement(f, heap, root, 4).get(childPlace).store('i32.store');
      f.get(child).set(root).br(again);
    });
  });
  pushElement(f, heap, root, 4).get(sinking).store('i32.store');
  return f;
}

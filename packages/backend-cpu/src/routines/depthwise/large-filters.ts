import { sizeOf } from '@manabi/ir';
import { slotAddress } from '../../runtime/slot-address.ts';
import { scratchSlot } from '../../runtime/table.ts';
import { forRange, type LocalId, limitTo } from '../../wasm/index.ts';
import { advance, type Lanes, pushLanes, setPointer, setTo } from '../addressing.ts';
import { type DepthwiseEmission, overGroups, partsPerTask, rowProducts, splitIndex, storeGroups } from './loops.ts';

/** Largest number of tasks, each of which has its own sums in memory. */
const MOST_TASKS = 32;

/** Largest number of vectors of sums that stay in registers. */
const MOST_SUMS = 10;

/** Number of terms after which sums in registers are added to those in memory, so that long sums are accurate. */
const LONGEST_SUM = 256;

/**
 * Writes the functions of a convolution with large filters and few results, such as the gradient of the filters. The
 * first one visits the rows of the filters. Products of a row are summed in registers, and then added to sums of the
 * task in memory. The second one adds the sums of all tasks. Returns the number of bytes of scratch memory.
 */
export function emitLargeFilters(emission: DepthwiseEmission): number {
  const { attributes, begin, name, plan, image, weights, epilogue } = emission;
  const { groups, channels, filters, lengths, kernel, results, strides, padding, rhsDilation } = attributes;
  const [, groupStep, channelStep, ...steps] = attributes.image.strides.map((stride) => 4 * stride);
  const [weightGroup, weightFilter, weightChannel, ...weightSteps] = attributes.weights.strides.map(
    (stride) => 4 * stride,
  );
  const last = lengths.length - 1;
  const outer = kernel.slice(0, last);
  const rows = channels * sizeOf(outer);
  const products = (rowProducts(attributes) * sizeOf(results.slice(0, -1))) / rows;
  const perTask = Math.max(partsPerTask(rows, products), Math.ceil(rows / MOST_TASKS));
  const tasks = Math.ceil(rows / perTask);
  const vectorBytes = 16 * Math.ceil(groups / 4);
  const taskBytes = vectorBytes * filters * sizeOf(results);
  const resultRows = rowsOf(results.slice(0, last));
  const isInside = (o: number, k: number): boolean => {
    const at = columnAt(o, k);
    return at >= 0 && at < lengths[last];
  };
  const columns = Array.from({ length: results[last] }, (_, o) => o);
  const isWhole = (k: number): boolean => columns.every((o) => isInside(o, k));
  let [whole, wholeEnd] = [0, 0];
  for (let k = 0; k < kernel[last]; k++) {
    if (isWhole(k) && wholeEnd === 0) whole = k;
    if (isWhole(k)) wholeEnd = k + 1;
  }

  const f = begin(name, tasks, false);
  const [imageBase, weightBase, scratch, task, partial, row, end, rest] = f.locals('i32', 8);
  const [rowImage, rowWeights, filter, filterWeights, filterSums, group, w, to] = f.locals('i32', 8);
  const [k, stop] = f.locals('i32', 2);
  const index = f.locals('i32', last);
  const rowPointers = f.locals('i32', resultRows.length);
  const areInside = f.locals('i32', resultRows.length);
  const pointers = f.locals('i32', resultRows.length);
  const perPass = Math.max(1, Math.floor(MOST_SUMS / results[last]));
  const pool = f.locals('v128', Math.min(perPass, resultRows.length) * results[last]);
  const factor = f.local('v128');
  setTo(f, imageBase, image);
  setTo(f, weightBase, weights);
  setTo(f, scratch, slotAddress(scratchSlot(plan), 0));

  forRange(
    f,
    task,
    (g) => g.get(1),
    (g) => g.get(2),
    1,
    () => {
      setPointer(f, partial, scratch, task, taskBytes);
      f.get(partial).i32(0).i32(taskBytes).fill();
      f.get(task).i32(perTask).op('i32.mul').tee(row).i32(perTask).op('i32.add').set(end);
      limitTo(f, end, rows);
      forRange(
        f,
        row,
        (g) => g.get(row),
        (g) => g.get(end),
        1,
        () => {
          f.get(row).set(rest);
          splitIndex(f, rest, outer, index);
          setPointer(f, rowImage, imageBase, rest, channelStep);
          setPointer(f, rowWeights, weightBase, rest, weightChannel);
          for (const [axis, each] of index.entries()) setPointer(f, rowWeights, rowWeights, each, weightSteps[axis]);
          resultRows.forEach((at, i) => {
            f.get(rowImage).set(rowPointers[i]);
            f.i32(1).set(areInside[i]);
            index.forEach((each, axis) => {
              f.get(each)
                .i32(rhsDilation[axis])
                .op('i32.mul')
                .i32(at[axis] * strides[axis] - padding[axis][0]);
              f.op('i32.add')
                .tee(rest)
                .i32(lengths[axis])
                .op('i32.lt_u')
                .get(areInside[i])
                .op('i32.and')
                .set(areInside[i]);
              setPointer(f, rowPointers[i], rowPointers[i], rest, steps[axis]);
            });
          });
          forRange(f, filter, 0, filters, 1, () => {
            setPointer(f, filterWeights, rowWeights, filter, weightFilter);
            setPointer(f, filterSums, partial, filter, vectorBytes * sizeOf(results));
            overGroups(f, group, groups, (lanes) => {
              for (let begin = 0; begin < resultRows.length; begin += perPass) {
                overRow(
                  resultRows.slice(begin, begin + perPass).map((_, i) => begin + i),
                  lanes,
                );
              }
            });
          });
        },
      );
    },
  );
  addTasks();
  return tasks * taskBytes;

  /** Returns the position in the image for a result and an element of the filter along the last axis. */
  function columnAt(o: number, at: number): number {
    return o * strides[last] + at * rhsDilation[last] - padding[last][0];
  }

  /** Writes code that adds the products of a row of the filters to the sums of some rows of the results. */
  function overRow(passRows: readonly number[], lanes: Lanes): void {
    const sums = passRows.map((_, i) => columns.map((o) => pool[i * columns.length + o]));
    const clear = (): void => {
      for (const sum of sums.flat()) f.i32x4(0).set(sum);
    };
    const flush = (): void => {
      setPointer(f, to, filterSums, group, 4);
      passRows.forEach((i, r) => {
        columns.forEach((o) => {
          const offset = (i * columns.length + o) * vectorBytes;
          f.get(to).get(to).load('v128.load', offset).get(sums[r][o]).op('f32x4.add').store('v128.store', offset);
        });
      });
    };
    /** Writes code that sets the addresses of the filter's element `at`, and of what it multiplies for result `o`. */
    const begin = (at: number, o: number): void => {
      setPointer(f, w, filterWeights, group, weightGroup);
      advance(f, w, at * weightSteps[last]);
      for (const i of passRows) {
        setPointer(f, pointers[i], rowPointers[i], group, groupStep);
        advance(f, pointers[i], columnAt(o, at) * steps[last]);
      }
    };
    /** Writes code that multiplies the filter's element at `w` for the valid results, of which `first` is the first. */
    const multiply = (first: number, isValid: (o: number) => boolean): void => {
      pushLanes(f, w, 0, weightGroup / 4, lanes).set(factor);
      passRows.forEach((i, r) => {
        const add = (sum: LocalId, push: () => void): void => {
          f.addProduct(sum, () => {
            f.get(factor);
            push();
          });
        };
        const zero = (): void => void f.i32x4(0);
        f.get(areInside[i]).if(
          () => {
            columns.forEach((o) => {
              const load = (): void =>
                void pushLanes(f, pointers[i], (o - first) * strides[last] * steps[last], groupStep / 4, lanes);
              add(sums[r][o], isValid(o) ? load : zero);
            });
          },
          () => {
            for (const sum of sums[r]) add(sum, zero);
          },
        );
      });
    };
    const single = (at: number): void => {
      const first = Math.max(
        0,
        columns.findIndex((o) => isInside(o, at)),
      );
      begin(at, first);
      multiply(first, (o) => isInside(o, at));
    };
    clear();
    for (let at = 0; at < (wholeEnd === 0 ? kernel[last] : whole); at++) single(at);
    if (wholeEnd > 0) {
      begin(whole, 0);
      const run = (bound: number | LocalId, isLocal: boolean): void => {
        forRange(f, k, isLocal ? (g) => g.get(k) : whole, isLocal ? (g) => g.get(bound) : bound, 1, () => {
          multiply(0, () => true);
          advance(f, w, weightSteps[last]);
          for (const i of passRows) advance(f, pointers[i], rhsDilation[last] * steps[last]);
        });
      };
      if (wholeEnd - whole <= LONGEST_SUM) {
        run(wholeEnd, false);
      } else {
        f.i32(whole).set(k);
        f.loop((again) => {
          f.get(k).i32(LONGEST_SUM).op('i32.add').set(stop);
          limitTo(f, stop, wholeEnd);
          run(stop, true);
          flush();
          clear();
          f.get(k).i32(wholeEnd).op('i32.lt_s').brIf(again);
        });
      }
      for (let at = wholeEnd; at < kernel[last]; at++) single(at);
    }
    flush();
  }

  function addTasks(): void {
    const positions = sizeOf(results);
    const g = begin(`${name} sums`, positions, false);
    const [base, position, from, each, part, at, channel] = g.locals('i32', 7);
    const sum = g.local('v128');
    setTo(g, base, slotAddress(scratchSlot(plan), 0));
    epilogue.begin?.(g);
    forRange(
      g,
      position,
      () => g.get(1),
      () => g.get(2),
      1,
      () => {
        forRange(g, part, 0, filters, 1, () => {
          setPointer(g, from, base, position, vectorBytes);
          setPointer(g, from, from, part, vectorBytes * positions);
          overGroups(g, at, groups, (lanes) => {
            setPointer(g, each, from, at, 4);
            g.get(each).load('v128.load').set(sum);
            for (let i = 1; i < tasks; i++) {
              g.get(sum)
                .get(each)
                .load('v128.load', i * taskBytes)
                .op('f32x4.add')
                .set(sum);
            }
            g.get(at).i32(filters).op('i32.mul').get(part).op('i32.add').set(channel);
            storeGroups(g, emission, sum, lanes, { local: position, offset: 0 }, channel);
          });
        });
      },
    );
  }
}

/** Returns every index of a shape, in row-major order. */
function rowsOf(shape: readonly number[]): readonly (readonly number[])[] {
  return shape.reduce<readonly (readonly number[])[]>(
    (all, length) => all.flatMap((index) => Array.from({ length }, (_, i) => [...index, i])),
    [[]],
  );
}

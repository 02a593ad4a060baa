import { formulas } from '@manabi/compiler';
import { localValue, writeExpression } from '../../emit/math/expression.ts';
import { moduleFunction } from '../../emit/math/module-function.ts';
import { vectorAlgebra } from '../../emit/math/vector-algebra.ts';
import { float32Function, type ModuleSupport } from '../../emit/support.ts';
import { type Callable, type FunctionBuilder, forRange, type LocalId } from '../../wasm/index.ts';
import { advance } from '../addressing.ts';

/** Sizes in bytes that the function of `softmaxFunction` depends on. */
export interface SoftmaxForm {
  /** Distance between rows of scores, and between rows of sums. */
  readonly row: number;
  readonly sumRow: number;
  /** Distance between the largest score of a row and the sum of its weights. */
  readonly totals: number;
}

/**
 * Returns the function (scores, rows, columns, largest, sums) that replaces the scores of a block by their weights, the
 * exponentials of their distances from the largest score of the row so far. It updates the largest score and the sum of the
 * weights of each row, and rescales the weighted sums of values. Columns are a multiple of 8.
 */
export function softmaxFunction(support: ModuleSupport, { row, sumRow, totals }: SoftmaxForm): Callable {
  const { module } = support;
  const exp = float32Function(support, 'exp');
  const name = `attention.softmax.${[row, sumRow, totals].join('.')}`;
  return moduleFunction(module, name, ['i32', 'i32', 'i32', 'i32', 'i32'], null, (f) => {
    const [scores, rows, columns, largest, sums] = [0, 1, 2, 3, 4];
    const [i, c, at] = f.locals('i32', 3);
    const [most, other, old, shift, total, weight] = f.locals('v128', 6);
    const eachRow = (body: () => void): void => forRange(f, i, 0, (g) => g.get(rows), 1, body);
    eachRow(() => {
      f.get(largest).load('v128.load32_splat').tee(old).tee(most).set(other);
      f.get(scores).set(at);
      // NaN may be lost here, but its weight is NaN as well.
      forRange(
        f,
        c,
        0,
        (g) => g.get(columns),
        8,
        () => {
          f.get(most).get(at).load('v128.load').op('f32x4.pmax').set(most);
          f.get(other).get(at).load('v128.load', 16).op('f32x4.pmax').set(other);
          advance(f, at, 32);
        },
      );
      f.get(most).get(other).op('f32x4.pmax').set(most);
      acrossLanes(f, most, 'f32x4.pmax');
      f.get(largest).get(most).laneMemory('v128.store32_lane', 0);
      // If all scores so far are -Infinity, their weights are 0, not NaN: larger scores may follow.
      f.f32x4(0).get(most).get(most).f32x4(Number.NEGATIVE_INFINITY).op('f32x4.eq', 'v128.bitselect').set(shift);
      f.f32x4(0).set(total);
      f.get(scores).set(at);
      forRange(
        f,
        c,
        0,
        (g) => g.get(columns),
        4,
        () => {
          f.get(at).load('v128.load').get(shift).op('f32x4.sub').set(weight);
          writeExpression(f, formulas.exp(vectorAlgebra(module), localValue(weight)));
          f.set(weight).get(at).get(weight).store('v128.store');
          f.get(total).get(weight).op('f32x4.add').set(total);
          advance(f, at, 16);
        },
      );
      acrossLanes(f, total, 'f32x4.add');
      f.get(old).get(shift).op('f32x4.sub').call(exp).set(weight);
      f.get(largest).get(largest).load('v128.load32_splat', totals).get(weight).op('f32x4.mul').get(total);
      f.op('f32x4.add').set(total).get(total).laneMemory('v128.store32_lane', 0, totals);
      f.get(weight)
        .f32x4(1)
        .op('f32x4.ne', 'v128.any_true')
        .if(() => {
          f.get(sums).set(at);
          forRange(f, c, 0, sumRow, 16, () => {
            f.get(at).get(at).load('v128.load').get(weight).op('f32x4.mul').store('v128.store');
            advance(f, at, 16);
          });
        });
      advance(f, scores, row);
      advance(f, largest, 4);
      advance(f, sums, sumRow);
    });
  });
}

/** Writes code that combines the lanes of a vector, so that all lanes contain the result. */
function acrossLanes(f: FunctionBuilder, vector: LocalId, op: 'f32x4.add' | 'f32x4.pmax'): void {
  f.get(vector).get(vector).get(vector).shuffle32(2, 3, 0, 1).op(op).set(vector);
  f.get(vector).get(vector).get(vector).shuffle32(1, 0, 3, 2).op(op).set(vector);
}

/**
 * Returns the function (scores, changes, rows, columns, statistics, means) that replaces scores by probabilities, and the
 * cotangents of probabilities by those of the scores.
 *
 * @param row distance between rows of scores in bytes, and of changes
 * @param mean distance between means in bytes
 */
export function probabilitiesFunction({ module }: ModuleSupport, row: number, mean: number): Callable {
  const name = `attention.probabilities.${row}.${mean}`;
  return moduleFunction(module, name, ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'], null, (f) => {
    const [scores, changes, rows, columns, statistics, means] = [0, 1, 2, 3, 4, 5];
    const [i, c, at, change] = f.locals('i32', 4);
    const [most, factor, average, weight] = f.locals('v128', 4);
    forRange(
      f,
      i,
      0,
      (g) => g.get(rows),
      1,
      () => {
        f.get(statistics).load('v128.load32_splat').set(most);
        f.get(statistics).load('v128.load32_splat', 4).set(factor);
        f.get(means).load('v128.load32_splat').set(average);
        f.get(scores).set(at).get(changes).set(change);
        forRange(
          f,
          c,
          0,
          (g) => g.get(columns),
          4,
          () => {
            f.get(at).load('v128.load').get(most).op('f32x4.sub').set(weight);
            writeExpression(f, formulas.exp(vectorAlgebra(module), localValue(weight)));
            f.get(factor).op('f32x4.mul').set(weight).get(at).get(weight).store('v128.store');
            f.get(change).get(weight).get(change).load('v128.load').get(average).op('f32x4.sub', 'f32x4.mul');
            f.store('v128.store');
            advance(f, at, 16);
            advance(f, change, 16);
          },
        );
        advance(f, scores, row);
        advance(f, changes, row);
        advance(f, statistics, 8);
        advance(f, means, mean);
      },
    );
  });
}

import { describe, expect, test } from '@jest/globals';
import { type Expression, rarely } from './expression.ts';
import { vectorFunction } from './module-function.ts';
import { runExpression } from './run-expression.ts';
import { i32x4, v128 } from './vector.ts';

const { add, mul, of } = i32x4;

describe('expressions', () => {
  test('compute a node that is used several times only once', () => {
    let written = 0;
    const counted = (x: Expression): Expression => ({
      type: 'v128',
      operands: [x],
      write: (f) => {
        written++;
        f.i32(1).op('i32x4.shl');
      },
    });
    const words = runExpression(
      (_, x) => {
        const twice = counted(x);
        return add(mul(twice, twice), twice);
      },
      [Uint32Array.of(1, 2, 3, 4, 5)],
    );
    expect(Array.from(words)).toEqual([6, 20, 42, 72, 110]);
    expect(written).toBe(1);
  });
});

describe('rarely', () => {
  test('calls its repair function only if the condition is true, and passes it the operands and the usual value', () => {
    const words = runExpression(
      (module, x) => {
        const usual = add(x, of(1));
        const zero = i32x4.equal(x, of(0));
        const repair = vectorFunction(module, 'repair', 3, (a, b, value) =>
          v128.select(i32x4.equal(a, of(0)), mul(b, of(100)), value),
        );
        // `usual` is used twice, so the repair must not change its local.
        return add(rarely(v128.anyTrue(zero), repair, [x, add(x, of(7))], usual), usual);
      },
      [Uint32Array.of(1, 2, 3, 4, 5, 0, 6, 0)],
    );
    expect(Array.from(words)).toEqual([4, 6, 8, 10, 12, 701, 14, 701]);
  });
});

describe('vectorFunction', () => {
  test('adds a function to the module only once, even if it is requested several times', () => {
    let built = 0;
    runExpression(
      (module, x) => {
        for (let i = 0; i < 3; i++) {
          vectorFunction(module, 'double', 1, (value) => {
            built++;
            return add(value, value);
          });
        }
        return x;
      },
      [Uint32Array.of(1)],
    );
    expect(built).toBe(1);
  });
});

import type { FunctionBuilder, LocalId } from './function.ts';

/** Function that writes code which pushes one value. */
export type Emit = (f: FunctionBuilder) => void;

/**
 * Writes the loop `for (counter = begin; counter < end; counter += step)` in signed 32-bit integers. `begin` and `end` are
 * constants, or code that pushes an i32. `end` is evaluated before every iteration, so it should be a `get`. The condition is
 * tested at the top of the loop, or at the bottom if constant bounds guarantee a first iteration. An empty constant range
 * writes nothing.
 */
export function forRange(
  f: FunctionBuilder,
  counter: LocalId,
  begin: number | Emit,
  end: number | Emit,
  step: number,
  body: () => void,
): void {
  const push = (bound: number | Emit): FunctionBuilder => {
    if (typeof bound === 'number') f.i32(bound);
    else bound(f);
    return f;
  };
  const constant = typeof begin === 'number' && typeof end === 'number';
  if (constant && begin >= end) return;
  push(begin).set(counter);
  if (constant) {
    f.loop((again) => {
      body();
      f.get(counter).i32(step).op('i32.add').tee(counter);
      push(end).op('i32.lt_s').brIf(again);
    });
    return;
  }
  f.block((done) => {
    f.loop((again) => {
      f.get(counter);
      push(end).op('i32.ge_s').brIf(done);
      body();
      f.get(counter).i32(step).op('i32.add').set(counter).br(again);
    });
  });
}

/**
 * Writes code that sets a local to a bound if it is larger, compared as signed 32-bit integers.
 *
 * @param bound a constant, or code that pushes an i32, which is written twice
 */
export function limitTo(f: FunctionBuilder, local: LocalId, bound: number | Emit): void {
  const push = typeof bound === 'number' ? (): FunctionBuilder => f.i32(bound) : bound;
  f.get(local);
  push(f);
  f.get(local);
  push(f);
  f.op('i32.lt_s', 'select').set(local);
}

/** Writes code that pushes `local * factor`. If the factor is 0, 1 or a power of 2, the code has no multiplication. */
export function pushScaled(f: FunctionBuilder, local: LocalId, factor: number): void {
  if (factor === 0) f.i32(0);
  else if (factor === 1) f.get(local);
  else if (factor > 0 && (factor & (factor - 1)) === 0)
    f.get(local)
      .i32(31 - Math.clz32(factor))
      .op('i32.shl');
  else f.get(local).i32(factor).op('i32.mul');
}

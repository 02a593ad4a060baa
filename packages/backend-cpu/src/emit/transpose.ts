import type { FunctionBuilder, LocalId } from '../wasm/index.ts';

/**
 * Writes code that transposes a 4x4 tile of 32-bit elements in registers: lane c of `rows[r]` becomes lane r of
 * `to[c]`. `spare` are four more v128 locals; `to` may be the same locals as `rows`.
 */
export function emitTranspose4(
  f: FunctionBuilder,
  rows: readonly LocalId[],
  to: readonly LocalId[],
  spare: readonly LocalId[],
): void {
  const [a, b, c, d] = rows;
  const [low, high, low2, high2] = spare;
  f.get(a).get(b).shuffle32(0, 4, 1, 5).set(low);
  f.get(a).get(b).shuffle32(2, 6, 3, 7).set(high);
  f.get(c).get(d).shuffle32(0, 4, 1, 5).set(low2);
  f.get(c).get(d).shuffle32(2, 6, 3, 7).set(high2);
  f.get(low).get(low2).shuffle32(0, 1, 4, 5).set(to[0]);
  f.get(low).get(low2).shuffle32(2, 3, 6, 7).set(to[1]);
  f.get(high).get(high2).shuffle32(0, 1, 4, 5).set(to[2]);
  f.get(high).get(high2).shuffle32(2, 3, 6, 7).set(to[3]);
}

import type { FunctionBuilder, LocalId } from '../../wasm/index.ts';

/** Writes code that transforms a column or row of vectors. */
export type Transform = (f: FunctionBuilder, from: readonly LocalId[], to: readonly LocalId[]) => void;

const sum = (f: FunctionBuilder, a: LocalId, b: LocalId, to: LocalId): void =>
  void f.get(a).get(b).op('f32x4.add').set(to);
const difference = (f: FunctionBuilder, a: LocalId, b: LocalId, to: LocalId): void =>
  void f.get(a).get(b).op('f32x4.sub').set(to);
const half = (f: FunctionBuilder, a: LocalId): void => void f.get(a).f32x4(0.5).op('f32x4.mul').set(a);

/** Four elements of an image that overlapping windows of three cover. */
export const ofImage: Transform = (f, [a, b, c, d], [p, q, r, s]) => {
  difference(f, a, c, p);
  sum(f, b, c, q);
  difference(f, c, b, r);
  difference(f, b, d, s);
};

/** Three elements of a filter to four factors. */
export const ofFilter: Transform = (f, [a, b, c], [p, q, r, s]) => {
  sum(f, a, c, s);
  half(f, s);
  f.get(b).f32x4(0.5).op('f32x4.mul').set(p);
  sum(f, s, p, q);
  difference(f, s, p, r);
  f.get(a).set(p);
  f.get(c).set(s);
};

/** Four products to two results. */
export const toResult: Transform = (f, [a, b, c, d], [p, q]) => {
  sum(f, a, b, p);
  sum(f, p, c, p);
  difference(f, b, c, q);
  difference(f, q, d, q);
};

/** Two gradients of results to four factors: the transpose of `toResult`. */
export const ofGradient: Transform = (f, [a, b], [p, q, r, s]) => {
  f.get(a).set(p);
  sum(f, a, b, q);
  difference(f, a, b, r);
  f.get(b).op('f32x4.neg').set(s);
};

/** Four sums of products to the gradients of three elements of a filter: the transpose of `ofFilter`. */
export const toFilterGradient: Transform = (f, [a, b, c, d], [p, q, r]) => {
  sum(f, b, c, r);
  half(f, r);
  sum(f, a, r, p);
  sum(f, r, d, r);
  difference(f, b, c, q);
  half(f, q);
};

/** Locals of the values before, between and after the transforms of columns and rows. */
export interface TransformLocals {
  readonly from: readonly (readonly LocalId[])[];
  readonly between: readonly (readonly LocalId[])[];
  readonly to: readonly (readonly LocalId[])[];
}

/** Declares the locals of tiles of up to 4x4 vectors. */
export function transformLocals(f: FunctionBuilder): TransformLocals {
  const tile = (): LocalId[][] => Array.from({ length: 4 }, () => f.locals('v128', 4));
  return { from: tile(), between: tile(), to: tile() };
}

/** Writes code that transforms the columns and then the rows of a tile of `size` x `size` vectors to `results` x `results`. */
export function transformTile(
  f: FunctionBuilder,
  transform: Transform,
  { from, between, to }: TransformLocals,
  size: number,
  results = 4,
): void {
  for (let column = 0; column < size; column++) {
    transform(
      f,
      from.slice(0, size).map((row) => row[column]),
      between.map((row) => row[column]),
    );
  }
  for (let row = 0; row < results; row++) transform(f, between[row].slice(0, size), to[row]);
}

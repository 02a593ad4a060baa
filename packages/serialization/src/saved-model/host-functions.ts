import { BOOL, type HostValue, host, integers } from './values.ts';

/**
 * Computes an operation on small arrays, whose elements are known before the program runs; null for rare cases.
 *
 * @param keepsAxes whether a reduction keeps the axes that it reduces, with length 1
 */
export type HostFunction = (inputs: readonly HostValue[], keepsAxes: boolean) => HostValue | null;

function binary(f: (a: number, b: number) => number, isTest = false): HostFunction {
  return ([a, b]) => {
    const rank = Math.max(a.shape.length, b.shape.length);
    const padded = (shape: readonly number[]): readonly number[] => [...Array(rank - shape.length).fill(1), ...shape];
    const [sa, sb] = [padded(a.shape), padded(b.shape)];
    const shape = sa.map((length, axis) => (length === 1 ? sb[axis] : length));
    const size = shape.reduce((product, length) => product * length, 1);
    const data = Array.from({ length: size }, (_, i) => {
      let [rest, ia, ib, ta, tb] = [i, 0, 0, 1, 1];
      for (let axis = rank - 1; axis >= 0; axis--) {
        const index = rest % shape[axis];
        rest = Math.floor(rest / shape[axis]);
        if (sa[axis] !== 1) ia += index * ta;
        if (sb[axis] !== 1) ib += index * tb;
        ta *= sa[axis];
        tb *= sb[axis];
      }
      return rounded(a, f(a.data[ia], b.data[ib]));
    });
    return host(isTest ? BOOL : a.element, shape, data);
  };
}

const unary =
  (f: (a: number) => number): HostFunction =>
  ([a]) =>
    host(
      a.element,
      a.shape,
      a.data.map((value) => rounded(a, f(value))),
    );

function rounded({ element }: HostValue, value: number): number {
  return element.name === 'float32' ? Math.fround(value) : value;
}

function reduction(f: (a: number, b: number) => number, start: number): HostFunction {
  return ([x, axes], keepsAxes) => {
    const all = x.shape.length <= 1 || axes.data.length === x.shape.length;
    // Only reductions of all elements occur in the computation of shapes.
    if (!all) return null;
    if (axes.data.length === 0) return x;
    const reduced = x.data.reduce((result, value) => f(result, value), start);
    return host(x.element, keepsAxes ? x.shape.map(() => 1) : [], [rounded(x, reduced)]);
  };
}

const floorDiv = (a: number, b: number): number => Math.floor(a / b);

/** Operations that are computed at once if all inputs are small arrays. */
export const hostFunctions: Readonly<Record<string, HostFunction>> = {
  Add: binary((a, b) => a + b),
  AddV2: binary((a, b) => a + b),
  Sub: binary((a, b) => a - b),
  Mul: binary((a, b) => a * b),
  FloorDiv: binary(floorDiv),
  FloorMod: binary((a, b) => a - floorDiv(a, b) * b),
  Maximum: binary(Math.max),
  Minimum: binary(Math.min),
  Greater: binary((a, b) => Number(a > b), true),
  GreaterEqual: binary((a, b) => Number(a >= b), true),
  Less: binary((a, b) => Number(a < b), true),
  LessEqual: binary((a, b) => Number(a <= b), true),
  Equal: binary((a, b) => Number(a === b), true),
  NotEqual: binary((a, b) => Number(a !== b), true),
  LogicalAnd: binary((a, b) => Number(a !== 0 && b !== 0), true),
  LogicalOr: binary((a, b) => Number(a !== 0 || b !== 0), true),
  LogicalNot: unary((a) => Number(a === 0)),
  Neg: unary((a) => -a),
  Abs: unary(Math.abs),
  Prod: reduction((a, b) => a * b, 1),
  Sum: reduction((a, b) => a + b, 0),
  Max: reduction(Math.max, Number.NEGATIVE_INFINITY),
  Min: reduction(Math.min, Number.POSITIVE_INFINITY),
  Select: select,
  SelectV2: select,
  Range: ([start, limit, delta]) => {
    const length = Math.max(0, Math.ceil((limit.data[0] - start.data[0]) / delta.data[0]));
    if (!(length <= MOST_ELEMENTS)) return null;
    return host(
      start.element,
      [length],
      Array.from({ length }, (_, i) => start.data[0] + i * delta.data[0]),
    );
  },
  Fill: ([shape, value]) => {
    const size = shape.data.reduce((product, length) => product * length, 1);
    if (!(size <= MOST_ELEMENTS)) return null;
    return host(value.element, shape.data, new Array<number>(size).fill(value.data[0]));
  },
  Rank: ([x]) => integers([x.shape.length], []),
};

/** Largest number of elements that are computed on the host. */
export const MOST_ELEMENTS = 1024;

function select([condition, x, y]: readonly HostValue[]): HostValue | null {
  const flags = condition.data.length === 1 ? null : condition.data;
  if (flags === null) return condition.data[0] !== 0 ? x : y;
  if (x.data.length !== flags.length || y.data.length !== flags.length) return null;
  return host(
    x.element,
    x.shape,
    flags.map((flag, i) => (flag !== 0 ? x.data[i] : y.data[i])),
  );
}

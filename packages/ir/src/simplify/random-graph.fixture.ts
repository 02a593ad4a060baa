import { applyComposite } from '../composites/index.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { graphBuilder } from '../operators/graph-builder.ts';
import type { DType } from '../types/dtype.ts';
import { type HostArray, hostArray } from '../types/host-array.ts';
import { equalShapes, type Shape, sizeOf } from '../types/shape.ts';
import { type Choices, randomLayout } from './random-layout.fixture.ts';

/** A random graph, and inputs for it. */
export interface RandomGraph {
  readonly graph: Graph;
  readonly inputs: readonly HostArray[];
}

/** Constants for which simplification rules exist. */
const NUMBERS = [0, 1, -1, 2, 0.5, -3];
const EXPONENTS = [0, 0.5, 1, 2, 3, 4, -1, -2];

/**
 * Returns a small random graph of float64, int32 and bool values in which many simplification rules apply: it contains
 * neutral constants, layout operators that undo each other, and repeated nodes. No value becomes very large, so that
 * results before and after simplification differ only by rounding errors. Equal choices produce equal graphs.
 */
export function randomGraph(source: Choices, nodeCount: number): RandomGraph {
  const b = graphBuilder();
  const shapes = [[2, 3], [3], [], [2, 1, 3], [9]];
  const inputs = shapes.map((shape) => {
    b.input({ dtype: 'float64', shape });
    return hostArray('float64', shape, source.float64Array(sizeOf(shape), -2, 2));
  });
  const pool: Value[] = shapes.map((_, i) => i);
  const grower = new Grower(b, source, pool);
  for (let i = 0; i < nodeCount; i++) grower.grow();
  const outputs = pool.slice(-3);
  return { graph: b.finish([...outputs, source.pick(pool)]), inputs };
}

class Grower {
  readonly #b: GraphBuilder;
  readonly #source: Choices;
  readonly #pool: Value[];

  constructor(b: GraphBuilder, source: Choices, pool: Value[]) {
    this.#b = b;
    this.#source = source;
    this.#pool = pool;
  }

  grow(): void {
    const steps = [
      () => this.#unary(),
      () => this.#binary(),
      () => this.#binary(),
      () => this.#withNumber(),
      () => this.#withNumber(),
      () => this.#logic(),
      () => randomLayout(this.#b, this.#any(), this.#source),
      () => randomLayout(this.#b, this.#any(), this.#source),
      () => randomLayout(this.#b, this.#any(), this.#source),
      () => this.#reduction(),
      () => this.#contraction(),
      () => this.#call(),
    ];
    const made = this.#source.pick(steps)();
    if (sizeOf(this.#b.shape(made)) <= 200) this.#pool.push(made);
  }

  #any(): Value {
    // Prefers recently added values, so that many operators depend on each other.
    const from = this.#source.next() < 0.6 ? this.#pool.slice(-3) : this.#pool;
    return this.#source.pick(from);
  }

  #float(): Value {
    const x = this.#any();
    return this.#b.dtype(x) === 'float64' ? x : this.#b.cast(x, 'float64');
  }

  /** Returns a random other value of the same type as x, or x if no other value has that type. */
  #like(x: Value): Value {
    const alike = this.#pool.filter(
      (y) => this.#b.dtype(y) === this.#b.dtype(x) && equalShapes(this.#b.shape(y), this.#b.shape(x)),
    );
    return alike.length > 0 ? this.#source.pick(alike) : x;
  }

  #number(x: Value): Value {
    return this.#b.full(x, this.#source.pick(NUMBERS));
  }

  #unary(): Value {
    const b = this.#b;
    const x = this.#float();
    return this.#source.pick([
      () => b.neg(x),
      () => b.neg(b.neg(x)),
      () => b.abs(b.neg(x)),
      () => b.tanh(x),
      () => b.sigmoid(x),
      () => b.sqrt(b.abs(x)),
      () => b.stopGradient(x),
      () => b.cast(b.cast(b.tanh(x), 'int32'), this.#source.pick<DType>(['float64', 'bool', 'uint8'])),
    ])();
  }

  #binary(): Value {
    const b = this.#b;
    const x = this.#float();
    const y = this.#like(x);
    const tame = b.tanh(x);
    return this.#source.pick([
      () => b.add(x, y),
      () => b.sub(x, y),
      () => b.add(x, b.neg(y)),
      () => b.sub(b.neg(x), b.neg(y)),
      () => b.mul(tame, b.tanh(y)),
      () => b.max(x, y),
      () => b.min(x, y),
      () => b.sub(x, x),
    ])();
  }

  #withNumber(): Value {
    const b = this.#b;
    const x = this.#float();
    const number = this.#number(x);
    return this.#source.pick([
      () => b.add(x, number),
      () => b.add(number, x),
      () => b.sub(x, number),
      () => b.sub(number, x),
      () => b.mul(x, number),
      () => b.mul(number, x),
      () => b.neg(b.mul(x, number)),
      () => b.mul(b.mul(x, number), this.#number(x)),
      () => b.div(x, b.full(x, this.#source.pick([1, 2, -4, 3]))),
      () => b.pow(b.add(b.abs(x), b.full(x, 0.5)), b.full(x, this.#source.pick(EXPONENTS))),
      () => b.add(number, this.#number(x)),
      () => b.cast(b.mul(b.cast(b.tanh(x), 'int32'), b.full(b.cast(x, 'int32'), 0)), 'float64'),
      () => b.add(x, this.#array(b.shape(x))),
    ])();
  }

  #array(shape: Shape): Value {
    return this.#b.constant(Array.from(this.#source.float64Array(sizeOf(shape))), 'float64', shape);
  }

  #logic(): Value {
    const b = this.#b;
    const x = this.#float();
    const y = this.#like(x);
    const condition = this.#source.pick([
      () => b.less(x, y),
      () => b.not(b.lessEqual(x, b.full(x, 0))),
      () => b.and(b.less(x, y), b.full(b.less(x, y), this.#source.integer(0, 2))),
      () => b.or(b.equal(x, y), b.full(b.less(x, y), this.#source.integer(0, 2))),
      () => b.constant(this.#source.integer(0, 2), 'bool', b.shape(x)),
      () => b.less(b.cast(b.iota('int32', [...b.shape(x), 2], b.shape(x).length), 'float64'), this.#twice(x)),
    ])();
    if (!equalShapes(b.shape(condition), b.shape(x))) return condition;
    return this.#source.next() < 0.3 ? condition : b.select(condition, x, y);
  }

  #twice(x: Value): Value {
    const shape = this.#b.shape(x);
    return this.#b.expand(
      x,
      [...shape, 2],
      shape.map((_, axis) => axis),
    );
  }

  #reduction(): Value {
    const b = this.#b;
    const x = this.#source.next() < 0.4 ? this.#twice(this.#float()) : this.#float();
    const axes = b
      .shape(x)
      .map((_, axis) => axis)
      .filter(() => this.#source.next() < 0.5);
    return this.#source.pick([
      () => b.reduceSum(x, axes),
      () => b.reduceMax(b.tanh(x), axes),
      () => b.reduceMin(x, axes),
      () => b.reduceProd(b.tanh(x), axes),
      () => b.reduceSum(b.full(x, 1), axes),
      () => b.reduceMax(b.reduceMax(x, axes), []),
      () =>
        b.reduceSum(
          b.reduceSum(
            x,
            axes.slice(1).map((axis) => axis - 1),
          ),
          [0].slice(0, b.shape(x).length - axes.length),
        ),
    ])();
  }

  #contraction(): Value {
    const b = this.#b;
    const x = b.tanh(this.#float());
    const rank = b.shape(x).length;
    const y = b.transpose(x, this.#source.permutation(rank));
    const equal = b
      .shape(x)
      .flatMap((length, i) => b.shape(y).flatMap((other, j) => (length === other ? [[i, j] as const] : [])));
    if (equal.length === 0) return x;
    const contract = [this.#source.pick(equal)];
    const batch = equal.filter(([i, j]) => i !== contract[0][0] && j !== contract[0][1]).slice(0, 1);
    const product = b.dot(x, y, this.#source.next() < 0.5 ? batch : [], contract);
    return b.transpose(product, this.#source.permutation(b.shape(product).length));
  }

  #call(): Value {
    const b = this.#b;
    const x = this.#float();
    const rank = b.shape(x).length;
    if (rank === 0 || sizeOf(b.shape(x)) === 0) return applyComposite(b, 'relu', [x], {})[0];
    return this.#source.pick([
      () => applyComposite(b, 'softmax', [x], { axis: rank - 1 })[0],
      () => applyComposite(b, 'mish', [x], {})[0],
      () => applyComposite(b, 'layerNorm', [x], { axes: [rank - 1], epsilon: 0.5 })[0],
    ])();
  }
}

import { ManabiError } from '@manabi/errors';
import type { DType } from '../types/dtype.ts';
import type { Shape, TensorType } from '../types/shape.ts';
import type { Attributes, AxisPair, Graph, Node, OpName, ScatterMode, Value, WindowAttributes } from './graph.ts';

/**
 * Function that returns the types of an operator's results for given operand types and attributes.
 *
 * @throws ManabiError `shape`, `dtype`, `axis` or `attribute` if the operands or attributes are invalid
 */
export type InferTypes = <K extends OpName>(
  op: K,
  operands: readonly TensorType[],
  attributes: Attributes[K],
) => readonly TensorType[];

/**
 * Builds a graph node by node and checks every node. Create one with `graphBuilder()`.
 *
 * The method with the name of an operator adds a node of that operator and returns its result, or an array if the
 * operator has several results. `Attributes` documents the operators. Operands must have the exact dtypes and shapes
 * that the operator expects: nothing broadcasts or converts implicitly.
 *
 * @example
 * ```ts
 * import { graphBuilder, outputTypes } from '@manabi/ir';
 *
 * const b = graphBuilder();
 * const x = b.input({ dtype: 'float32', shape: [2, 3] });
 * const graph = b.finish([b.reduceSum(x, [1])]);
 * console.log(outputTypes(graph)); // [{ dtype: 'float32', shape: [2] }]
 * ```
 */
export class GraphBuilder {
  readonly #infer: InferTypes;
  readonly #types: TensorType[] = [];
  readonly #makers: (Node | undefined)[] = [];
  readonly #nodes: Node[] = [];
  #inputCount = 0;

  constructor(infer: InferTypes) {
    this.#infer = infer;
  }

  /**
   * Adds an input. Add all inputs before the first node.
   *
   * @throws ManabiError `graph` if the graph already has a node
   */
  input(type: TensorType): Value {
    if (this.#nodes.length > 0) {
      throw new ManabiError('graph', 'Inputs cannot be added after a node. Add all inputs of the graph first.', {
        op: 'input',
        data: { type, nodes: this.#nodes.length },
      });
    }
    this.#inputCount++;
    return this.#value(type, undefined);
  }

  /**
   * Adds a node and returns its results.
   *
   * @throws ManabiError `argument`, `shape`, `dtype`, `axis` or `attribute` if the operator rejects the operands or
   * attributes
   */
  emit<K extends OpName>(op: K, operands: readonly Value[], attributes: Attributes[K]): readonly Value[] {
    const types = this.#infer(
      op,
      operands.map((operand) => this.#types[operand]),
      attributes,
    );
    return this.#add<K>(op, operands, attributes, types);
  }

  /**
   * Copies the nodes of `graph` into this graph and returns its outputs. `operands` replace the inputs of `graph` and
   * must have their types.
   */
  inline(graph: Graph, operands: readonly Value[]): readonly Value[] {
    const values = [...operands];
    for (const node of graph.nodes) {
      const results = this.append(
        node,
        node.operands.map((operand) => values[operand]),
        node.results.map((result) => graph.types[result]),
      );
      node.results.forEach((result, i) => {
        values[result] = results[i];
      });
    }
    return graph.outputs.map((output) => values[output]);
  }

  /**
   * Adds a copy of a node with the given operands and returns its results.
   *
   * @param types types of the results, if known; the node is then not checked
   */
  append<K extends OpName>(node: Node<K>, operands: readonly Value[], types?: readonly TensorType[]): readonly Value[] {
    const { op, attributes }: { op: K; attributes: Attributes[K] } = node;
    return types === undefined ? this.emit(op, operands, attributes) : this.#add<K>(op, operands, attributes, types);
  }

  #add<K extends OpName>(
    op: K,
    operands: readonly Value[],
    attributes: Attributes[K],
    types: readonly TensorType[],
  ): readonly Value[] {
    const first = this.#types.length;
    const results = types.map((_, i) => first + i);
    // An object with these properties is a `Node`, but TypeScript cannot prove this for a generic K.
    const node = { op, operands, attributes, results } as Node;
    for (const type of types) this.#value(type, node);
    this.#nodes.push(node);
    return results;
  }

  #value(type: TensorType, maker: Node | undefined): Value {
    this.#makers.push(maker);
    return this.#types.push(type) - 1;
  }

  /** Returns the node that computes a value, or undefined for an input. */
  maker(value: Value): Node | undefined {
    return this.#makers[value];
  }

  /** Number of values so far, which is also the number of the next value. */
  get valueCount(): number {
    return this.#types.length;
  }

  /** Returns the type of a value. */
  type(value: Value): TensorType {
    return this.#types[value];
  }

  /** Returns the shape of a value. */
  shape(value: Value): Shape {
    return this.#types[value].shape;
  }

  /** Returns the dtype of a value. */
  dtype(value: Value): DType {
    return this.#types[value].dtype;
  }

  /** Returns the graph built so far, with the given outputs. Nodes can still be added to the builder afterwards. */
  finish(outputs: readonly Value[]): Graph {
    return { inputCount: this.#inputCount, types: [...this.#types], nodes: [...this.#nodes], outputs };
  }

  /** Adds a constant. If `value` is a number, all elements equal it; an array lists all elements in row-major order. */
  constant(value: number | readonly number[], dtype: DType, shape: Shape = []): Value {
    return this.emit('constant', [], { dtype, shape, value })[0];
  }

  /** Adds a constant of the same dtype and shape as `like`, filled with one number. */
  full(like: Value, value: number): Value {
    return this.constant(value, this.dtype(like), this.shape(like));
  }

  /** Adds a tensor whose elements equal their index along `axis`. */
  iota(dtype: DType, shape: Shape, axis: number): Value {
    return this.emit('iota', [], { dtype, shape, axis })[0];
  }

  /** Adds uniform random uint32 bits, computed from `key`, which is uint32[2]. */
  randomBits(key: Value, shape: Shape): Value {
    return this.emit('randomBits', [key], { shape })[0];
  }

  neg(x: Value): Value {
    return this.emit('neg', [x], {})[0];
  }
  abs(x: Value): Value {
    return this.emit('abs', [x], {})[0];
  }
  sign(x: Value): Value {
    return this.emit('sign', [x], {})[0];
  }
  floor(x: Value): Value {
    return this.emit('floor', [x], {})[0];
  }
  ceil(x: Value): Value {
    return this.emit('ceil', [x], {})[0];
  }
  round(x: Value): Value {
    return this.emit('round', [x], {})[0];
  }
  exp(x: Value): Value {
    return this.emit('exp', [x], {})[0];
  }
  exp2(x: Value): Value {
    return this.emit('exp2', [x], {})[0];
  }
  expm1(x: Value): Value {
    return this.emit('expm1', [x], {})[0];
  }
  log(x: Value): Value {
    return this.emit('log', [x], {})[0];
  }
  log1p(x: Value): Value {
    return this.emit('log1p', [x], {})[0];
  }
  sqrt(x: Value): Value {
    return this.emit('sqrt', [x], {})[0];
  }
  sin(x: Value): Value {
    return this.emit('sin', [x], {})[0];
  }
  cos(x: Value): Value {
    return this.emit('cos', [x], {})[0];
  }
  tan(x: Value): Value {
    return this.emit('tan', [x], {})[0];
  }
  asin(x: Value): Value {
    return this.emit('asin', [x], {})[0];
  }
  atan(x: Value): Value {
    return this.emit('atan', [x], {})[0];
  }
  tanh(x: Value): Value {
    return this.emit('tanh', [x], {})[0];
  }
  sigmoid(x: Value): Value {
    return this.emit('sigmoid', [x], {})[0];
  }
  erf(x: Value): Value {
    return this.emit('erf', [x], {})[0];
  }
  isNaN(x: Value): Value {
    return this.emit('isNaN', [x], {})[0];
  }
  isInf(x: Value): Value {
    return this.emit('isInf', [x], {})[0];
  }
  not(x: Value): Value {
    return this.emit('not', [x], {})[0];
  }
  stopGradient(x: Value): Value {
    return this.emit('stopGradient', [x], {})[0];
  }
  cast(x: Value, dtype: DType): Value {
    return this.dtype(x) === dtype ? x : this.emit('cast', [x], { dtype })[0];
  }
  bitcast(x: Value, dtype: DType): Value {
    return this.emit('bitcast', [x], { dtype })[0];
  }
  add(x: Value, y: Value): Value {
    return this.emit('add', [x, y], {})[0];
  }
  sub(x: Value, y: Value): Value {
    return this.emit('sub', [x, y], {})[0];
  }
  mul(x: Value, y: Value): Value {
    return this.emit('mul', [x, y], {})[0];
  }
  div(x: Value, y: Value): Value {
    return this.emit('div', [x, y], {})[0];
  }
  rem(x: Value, y: Value): Value {
    return this.emit('rem', [x, y], {})[0];
  }
  pow(x: Value, y: Value): Value {
    return this.emit('pow', [x, y], {})[0];
  }
  max(x: Value, y: Value): Value {
    return this.emit('max', [x, y], {})[0];
  }
  min(x: Value, y: Value): Value {
    return this.emit('min', [x, y], {})[0];
  }
  equal(x: Value, y: Value): Value {
    return this.emit('equal', [x, y], {})[0];
  }
  less(x: Value, y: Value): Value {
    return this.emit('less', [x, y], {})[0];
  }
  lessEqual(x: Value, y: Value): Value {
    return this.emit('lessEqual', [x, y], {})[0];
  }
  and(x: Value, y: Value): Value {
    return this.emit('and', [x, y], {})[0];
  }
  or(x: Value, y: Value): Value {
    return this.emit('or', [x, y], {})[0];
  }
  xor(x: Value, y: Value): Value {
    return this.emit('xor', [x, y], {})[0];
  }
  shiftLeft(x: Value, y: Value): Value {
    return this.emit('shiftLeft', [x, y], {})[0];
  }
  shiftRight(x: Value, y: Value): Value {
    return this.emit('shiftRight', [x, y], {})[0];
  }
  select(condition: Value, x: Value, y: Value): Value {
    return this.emit('select', [condition, x, y], {})[0];
  }

  reduceSum(x: Value, axes: readonly number[]): Value {
    return this.emit('reduceSum', [x], { axes })[0];
  }
  reduceProd(x: Value, axes: readonly number[]): Value {
    return this.emit('reduceProd', [x], { axes })[0];
  }
  reduceMax(x: Value, axes: readonly number[]): Value {
    return this.emit('reduceMax', [x], { axes })[0];
  }
  reduceMin(x: Value, axes: readonly number[]): Value {
    return this.emit('reduceMin', [x], { axes })[0];
  }
  argMax(x: Value, axis: number): Value {
    return this.emit('argMax', [x], { axis })[0];
  }
  argMin(x: Value, axis: number): Value {
    return this.emit('argMin', [x], { axis })[0];
  }
  cumSum(x: Value, axis: number, reverse: boolean, exclusive: boolean): Value {
    return this.emit('cumSum', [x], { axis, reverse, exclusive })[0];
  }

  reshape(x: Value, shape: Shape): Value {
    return this.emit('reshape', [x], { shape })[0];
  }
  transpose(x: Value, permutation: readonly number[]): Value {
    return this.emit('transpose', [x], { permutation })[0];
  }
  expand(x: Value, shape: Shape, axes: readonly number[]): Value {
    return this.emit('expand', [x], { shape, axes })[0];
  }
  slice(x: Value, start: readonly number[], limit: readonly number[], step: readonly number[]): Value {
    return this.emit('slice', [x], { start, limit, step })[0];
  }
  reverse(x: Value, axes: readonly number[]): Value {
    return this.emit('reverse', [x], { axes })[0];
  }
  pad(x: Value, value: Value, low: readonly number[], high: readonly number[], interior: readonly number[]): Value {
    return this.emit('pad', [x, value], { low, high, interior })[0];
  }
  concat(parts: readonly Value[], axis: number): Value {
    return this.emit('concat', parts, { axis })[0];
  }
  dynamicSlice(x: Value, starts: Value, sizes: readonly number[]): Value {
    return this.emit('dynamicSlice', [x, starts], { sizes })[0];
  }
  dynamicUpdateSlice(x: Value, update: Value, starts: Value): Value {
    return this.emit('dynamicUpdateSlice', [x, update, starts], {})[0];
  }

  gather(x: Value, indices: Value, axis: number): Value {
    return this.emit('gather', [x, indices], { axis })[0];
  }
  gatherElements(x: Value, indices: Value, axis: number): Value {
    return this.emit('gatherElements', [x, indices], { axis })[0];
  }
  gatherND(x: Value, indices: Value, batchDims: number): Value {
    return this.emit('gatherND', [x, indices], { batchDims })[0];
  }
  scatterElements(x: Value, indices: Value, updates: Value, axis: number, mode: ScatterMode): Value {
    return this.emit('scatterElements', [x, indices, updates], { axis, mode })[0];
  }
  scatterND(x: Value, indices: Value, updates: Value, mode: ScatterMode): Value {
    return this.emit('scatterND', [x, indices, updates], { mode })[0];
  }

  dot(x: Value, y: Value, batch: readonly AxisPair[], contract: readonly AxisPair[]): Value {
    return this.emit('dot', [x, y], { batch, contract })[0];
  }
  topK(x: Value, k: number, axis: number, largest: boolean): readonly Value[] {
    return this.emit('topK', [x], { k, axis, largest });
  }

  windows(x: Value, size: readonly number[], stride: readonly number[], dilation: readonly number[]): Value {
    return this.emit('windows', [x], { size, stride, dilation })[0];
  }
  conv(x: Value, w: Value, attributes: Attributes['conv']): Value {
    return this.emit('conv', [x, w], attributes)[0];
  }
  windowSum(x: Value, attributes: WindowAttributes): Value {
    return this.emit('windowSum', [x], attributes)[0];
  }
  maxPool(x: Value, attributes: WindowAttributes): readonly Value[] {
    return this.emit('maxPool', [x], attributes);
  }
  maxUnpool(values: Value, indices: Value, attributes: Attributes['maxUnpool']): Value {
    return this.emit('maxUnpool', [values, indices], attributes)[0];
  }

  /** Adds a branch: `thenBranch` or `elseBranch` runs on the operands, depending on the bool scalar `condition`. */
  cond(condition: Value, operands: readonly Value[], thenBranch: Graph, elseBranch: Graph): readonly Value[] {
    return this.emit('cond', [condition, ...operands], { thenBranch, elseBranch });
  }
  /**
   * Adds a loop whose body gets a slice of each array in xs per iteration. Operands are the carries, the xs and the
   * constants, in this order.
   */
  scan(operands: readonly Value[], attributes: Attributes['scan']): readonly Value[] {
    return this.emit('scan', operands, attributes);
  }
  /** Adds a loop that runs while a test returns true. Operands are the carries and the constants, in this order. */
  while(operands: readonly Value[], attributes: Attributes['while']): readonly Value[] {
    return this.emit('while', operands, attributes);
  }
}

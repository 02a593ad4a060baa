import {
  axisIndex,
  dataIndex,
  equalShapes,
  type IndexExpr,
  type Node,
  type Shape,
  sizeOf,
  substituteAxes,
  type Value,
} from '@manabi/ir';
import { ElementExpressions, lowered, storedElements } from '../graph/element.ts';
import { checksOf } from '../graph/index-checks.ts';
import { axesInMemory, isLoopIndex, loopExtents, memoryIndex, orderByStride } from '../graph/memory-order.ts';
import type { PreparedGraph } from '../graph/prepare.ts';
import { reducedIndex } from '../graph/reduced-index.ts';
import { formatIndex } from '../plan/format-index.ts';
import type { Read, Stage, StageKind } from './stage.ts';

/**
 * A read of a stored value at an index, whose expressions use the axes of the result, followed by the reduced axes of
 * the operand.
 */
interface RawRead {
  readonly value: Value;
  /** The operand for which the value is read, if each operand is read separately. */
  readonly operand?: number;
  readonly index: readonly IndexExpr[];
}

/** Creates the stage of one node, and chooses the order of axes in which its results are stored. */
export class StageMaker {
  readonly #graph: PreparedGraph;
  readonly #roots: ReadonlySet<Value>;
  readonly #orders: Map<Value, readonly number[]>;
  readonly #fixed: ReadonlySet<Value>;
  readonly #node: Node;
  readonly #shape: Shape;
  #checks = false;

  constructor(
    graph: PreparedGraph,
    roots: ReadonlySet<Value>,
    orders: Map<Value, readonly number[]>,
    fixed: ReadonlySet<Value>,
    node: Node,
  ) {
    this.#graph = graph;
    this.#roots = roots;
    this.#orders = orders;
    this.#fixed = fixed;
    this.#node = node;
    this.#shape = graph.types[node.results[0]].shape;
  }

  /** Returns the stage, and writes the memory orders of its results to `orders`. */
  make(): Stage {
    const kind = stageKind(this.#graph, this.#node);
    switch (kind) {
      case 'constant':
        return this.#stage(kind, [], []);
      case 'map': {
        const axes = axisIndices(this.#shape, 0);
        const reads = this.#collect((expressions) => expressions.computed(this.#node.results[0], axes));
        this.#chooseOrder(reads);
        return this.#stage(kind, reads, []);
      }
      case 'reduce':
      case 'argReduce': {
        const [operand] = this.#node.operands;
        const { shape } = this.#graph.types[operand];
        const axes = axisIndices(this.#shape, 0);
        const joined = joinedAxes(this.#graph, this.#node);
        const inner = joined
          .filter((axis) => shape[axis] !== 1)
          .map((axis) => axisIndex(axes.length + axis, shape[axis]));
        const reads = this.#collect((expressions) =>
          expressions.element(operand, reducedIndex(shape, joined, axes, inner)),
        );
        this.#chooseOrder(reads);
        return this.#stage(kind, reads, this.#joinedInOrder(reads, joined, shape));
      }
      case 'assemble': {
        this.#orderAsPieces();
        const background = backgroundOf(this.#graph, this.#node);
        const reads = this.#readsOfOperands();
        return this.#stage(kind, reads, [], (read) => read.operand === background);
      }
      default:
        return this.#stage(kind, this.#readsOfOperands(), [], () => false);
    }
  }

  #stage(
    kind: StageKind,
    raw: readonly RawRead[],
    joined: readonly number[],
    mayBeIdentity: (read: RawRead) => boolean = () => true,
  ): Stage {
    const order = this.#orderOf(this.#node.results[0]);
    const outer = loopExtents(this.#shape, order);
    const operandShape = joined.length > 0 ? this.#graph.types[this.#node.operands[0]].shape : [];
    const loops = [...order, ...joined.map((axis) => this.#shape.length + axis)];
    const extents = [...order.map((axis) => this.#shape[axis]), ...joined.map((axis) => operandShape[axis])];
    const numbers = new Map<number, number>();
    loops.forEach((axis, i) => {
      if (extents[i] !== 1) numbers.set(axis, numbers.size);
    });
    const renumber = (index: IndexExpr) =>
      substituteAxes(index, (axis, extent) => axisIndex(numbers.get(axis) ?? axis, extent));
    const reads = raw.map((read): Read => {
      const { shape } = this.#graph.types[read.value];
      const index = read.index.map(renumber);
      const readOrder = this.#orderOf(read.value);
      return {
        value: read.value,
        position: formatIndex(memoryIndex(index, shape, readOrder)),
        identity: mayBeIdentity(read) && isLoopIndex(shape, readOrder, index),
      };
    });
    const inner = joined.map((axis) => operandShape[axis]).filter((extent) => extent !== 1);
    // `#checks` does not include the index checks of pieces, where updates are written.
    const checks = this.#checks || (kind === 'assemble' && checksOf(this.#graph, this.#node).length > 0);
    const routine = this.#graph.routines.of(this.#graph, this.#node);
    return { kind, node: this.#node, routine, outer, inner, joined, reads, checks };
  }

  #orderOf(value: Value): readonly number[] {
    return axesInMemory(this.#orders, value, this.#graph.types[value].shape);
  }

  /**
   * Gives the result the memory order of the largest array that it is computed from, unless the result must be
   * row-major.
   */
  #chooseOrder(reads: readonly RawRead[]): void {
    const [result] = this.#node.results;
    if (!this.#fixed.has(result)) this.#setOrder(result, this.#orderOfReads(this.#shape, reads));
  }

  /** Gives an assembled result the memory order of its largest operand, unless the result must be row-major. */
  #orderAsPieces(): void {
    const [result] = this.#node.results;
    if (this.#fixed.has(result)) return;
    const shapeOf = (value: Value) => this.#graph.types[value].shape;
    const [largest] = this.#node.operands
      .filter((operand) => shapeOf(operand).length === this.#shape.length)
      .sort((a, b) => sizeOf(shapeOf(b)) - sizeOf(shapeOf(a)));
    if (largest === undefined) return;
    const shape = shapeOf(largest);
    const reads = this.#collect((expressions) => expressions.element(largest, axisIndices(shape, 0)));
    this.#setOrder(result, this.#orderOfReads(shape, reads));
  }

  /**
   * Returns the order of axes in which loops over an array of the given shape read memory contiguously. Only the
   * largest array that is read counts. Returns null if there is no such order.
   */
  #orderOfReads(shape: Shape, reads: readonly RawRead[]): readonly number[] | null {
    const size = ({ value }: RawRead) => sizeOf(this.#graph.types[value].shape);
    const largest = reads.reduce<RawRead | null>(
      (best, read) => (best === null || size(read) > size(best) ? read : best),
      null,
    );
    if (largest === null) return null;
    const position = memoryIndex(largest.index, this.#graph.types[largest.value].shape, this.#orderOf(largest.value));
    const terms = position.terms.filter(({ atom }) => atom.kind !== 'axis' || atom.axis < shape.length);
    return orderByStride(shape, { ...position, terms });
  }

  #setOrder(value: Value, order: readonly number[] | null): void {
    if (order?.some((axis, i) => axis !== i)) this.#orders.set(value, order);
  }

  /**
   * Returns the reduced axes, sorted by descending stride in the arrays that are read, so that the innermost loop reads
   * contiguous memory.
   */
  #joinedInOrder(reads: readonly RawRead[], joined: readonly number[], shape: Shape): readonly number[] {
    const stride = (axis: number): number => {
      let furthest = 0;
      for (const read of reads) {
        const position = memoryIndex(read.index, this.#graph.types[read.value].shape, this.#orderOf(read.value));
        for (const { atom, factor } of position.terms) {
          if (atom.kind === 'axis' && atom.axis === this.#shape.length + axis)
            furthest = Math.max(furthest, Math.abs(factor));
        }
      }
      return furthest;
    };
    return [...joined].sort((a, b) => (shape[a] === 1 || shape[b] === 1 ? a - b : stride(b) - stride(a) || a - b));
  }

  /**
   * Returns the values that each operand is computed from, for stages whose loops are not those of the result. The
   * indices of these reads are meaningless.
   */
  #readsOfOperands(): readonly RawRead[] {
    return this.#node.operands.flatMap((value, operand) =>
      this.#collect((expressions) => {
        expressions.element(value, axisIndices(this.#graph.types[value].shape, 0));
      }).map((read) => ({ ...read, operand })),
    );
  }

  #collect(walk: (expressions: ElementExpressions<null>) => void): readonly RawRead[] {
    const reads: RawRead[] = [];
    const expressions = new ElementExpressions<null>(this.#graph, {
      load: (value, index) => {
        if (!this.#roots.has(value)) return undefined;
        reads.push({ value, index });
        return null;
      },
      constant: () => null,
      instruction: () => null,
      fromIndex: () => null,
      // The scalar is unknown here, so any scalar number may be used: the index only has to depend on data.
      toIndex: (_scalar, extent) => {
        this.#checks = true;
        return dataIndex(-1, extent);
      },
    });
    walk(expressions);
    return reads;
  }
}

/** Returns the reduced axes of a node, in any order; empty if the node is not a reduction. */
function joinedAxes(graph: PreparedGraph, node: Node): readonly number[] {
  const { lowering, node: facts } = lowered(graph, node);
  if (lowering.class === 'reduce') return lowering.axes(facts.attributes);
  if (lowering.class === 'argReduce') return [lowering.axis(facts.attributes)];
  return [];
}

/** Returns one index expression for each axis of a shape: the loop axes number `first`, `first` + 1, and so on. */
function axisIndices(shape: Shape, first: number): IndexExpr[] {
  return shape.map((extent, axis) => axisIndex(first + axis, extent));
}

/**
 * Returns the number of the operand that an assembling node copies and then partly overwrites, or undefined if there is
 * no such operand.
 */
function backgroundOf(graph: PreparedGraph, node: Node): number | undefined {
  const { lowering } = lowered(graph, node);
  if (lowering.class !== 'assemble' || lowering.background === null) return undefined;
  const background = node.operands[lowering.background];
  return equalShapes(graph.types[background].shape, graph.types[node.results[0]].shape)
    ? lowering.background
    : undefined;
}

function stageKind(graph: PreparedGraph, node: Node): StageKind {
  const { lowering } = lowered(graph, node);
  if (graph.routines.of(graph, node) !== null) return 'routine';
  switch (lowering.class) {
    case 'pointwise':
      return storedElements(graph, node) === null ? 'map' : 'constant';
    case 'routine':
    case 'call':
      throw new Error(`${node.op} has no routine and must be replaced by its body before stages are made.`);
    default:
      return lowering.class;
  }
}

import type { Value } from '@manabi/ir';
import { equalLengths, type Length } from '../symbolic/length.ts';
import type { OpenGraph, OpenNode, OpenType } from '../symbolic/open-graph.ts';
import { expand, reshape } from './layout.ts';
import { type Bound, isSpread, type Spread, type Term } from './term.ts';
import type { Writer } from './writer.ts';

/** Function that writes the nodes of a graph, given its inputs, and returns its outputs. */
export type WriteGraph = (writer: Writer, graph: OpenGraph, inputs: readonly Bound[]) => readonly Bound[];

/** Maps the values of a graph that is being written to the values in the file that represent them. */
export class Scope {
  readonly writer: Writer;
  /**
   * Writes a graph inside this one: the graph that defines a composite, or, with the writer of a loop or branch body,
   * this body.
   */
  readonly writeGraph: WriteGraph;
  readonly #graph: OpenGraph;
  #makers: ReadonlyMap<Value, OpenNode> | null = null;
  readonly #bound = new Map<Value, Bound>();
  #used: ReadonlySet<Value> | null = null;

  constructor(writer: Writer, graph: OpenGraph, inputs: readonly Bound[], writeGraph: WriteGraph) {
    this.writer = writer;
    this.writeGraph = writeGraph;
    this.#graph = graph;
    inputs.forEach((input, value) => {
      this.bind(value, input);
    });
  }

  bind(value: Value, bound: Bound): void {
    this.#bound.set(value, bound);
    if (isSpread(bound)) return;
    const { lengthSources, types } = this.writer.file;
    types.set(bound.name, { dtype: bound.dtype, shape: this.shape(value) });
    for (const { name, axis } of this.#graph.derived.get(value) ?? []) lengthSources.set(name, { source: bound, axis });
  }

  type(value: Value): OpenType {
    return this.#graph.types[value];
  }

  shape(value: Value): readonly Length[] {
    return this.#graph.types[value].shape;
  }

  /** Returns the representation of a value, which may be a broadcast that is not written yet. */
  bound(value: Value): Bound {
    const bound = this.#bound.get(value);
    // Every value of a graph is defined by an input or node before it is used.
    if (bound === undefined) throw new TypeError(`Value ${value} is used before it is defined.`);
    return bound;
  }

  /**
   * Returns the value in the file that represents a value of the graph. If it is a broadcast that is not written yet,
   * writes it.
   */
  term(value: Value): Term {
    const term = written(this.writer, this.bound(value));
    this.bind(value, term);
    return term;
  }

  /** Returns the node that computes a value of the graph; undefined for inputs. */
  maker(value: Value): OpenNode | undefined {
    this.#makers ??= new Map(this.#graph.nodes.flatMap((node) => node.results.map((result) => [result, node])));
    return this.#makers.get(value);
  }

  /** Returns whether a value is an operand of a node or an output of the graph. */
  isUsed(value: Value): boolean {
    this.#used ??= new Set([...this.#graph.outputs, ...this.#graph.nodes.flatMap(({ operands }) => operands)]);
    return this.#used.has(value);
  }

  terms(values: readonly Value[]): Term[] {
    return values.map((value) => this.term(value));
  }

  /**
   * Returns operands for an ONNX operator that broadcasts implicitly, given values of equal shape. If the operator's
   * result has the full shape without them, broadcasts of the values are not written.
   */
  broadcast(values: readonly Value[]): Term[] {
    const [first] = values;
    const shape = this.shape(first);
    const narrow = values.map((value) => {
      const bound = this.bound(value);
      return isSpread(bound) ? narrowed(this.writer, bound) : { term: bound, shape };
    });
    const covers = (axis: number): boolean =>
      narrow.some((operand) => {
        const at = axis - (shape.length - operand.shape.length);
        return at >= 0 && equalLengths(operand.shape[at], shape[axis]);
      });
    const isComplete = shape.every((_, axis) => covers(axis));
    return narrow.map(({ term }, i) => (isComplete || i > 0 ? term : this.term(values[i])));
  }
}

/**
 * Returns the array that a broadcast repeats, reshaped such that implicit broadcasting aligns its axes correctly: with
 * additional axes of length 1.
 */
function narrowed(w: Writer, { source, sourceShape, axes, shape }: Spread): { term: Term; shape: readonly Length[] } {
  const aligned = alignedShape(sourceShape, axes, shape);
  const leading = aligned.findIndex((length) => length !== 1);
  const needed = leading < 0 ? [] : aligned.slice(leading);
  return { term: reshape(w, source, sourceShape, needed), shape: needed };
}

function alignedShape(sourceShape: readonly Length[], axes: readonly number[], shape: readonly Length[]): Length[] {
  return shape.map((_, axis) => {
    const i = axes.indexOf(axis);
    return i < 0 ? 1 : sourceShape[i];
  });
}

/**
 * Returns the value in the file for the representation of a value. If it is a broadcast that is not written yet, writes
 * it.
 */
export function written(w: Writer, bound: Bound): Term {
  return isSpread(bound) ? broadcasted(w, bound) : bound;
}

function broadcasted(w: Writer, spread: Spread): Term {
  const { source, sourceShape, axes, shape } = spread;
  const aligned = alignedShape(sourceShape, axes, shape);
  const isTrailing = axes.every((axis, i) => axis === shape.length - axes.length + i);
  const lined = isTrailing ? source : reshape(w, source, sourceShape, aligned);
  const grows = aligned.some((length, axis) => !equalLengths(length, shape[axis]));
  if (!grows) return reshape(w, lined, isTrailing ? sourceShape : aligned, shape);
  return expand(w, lined, shape);
}

import { consumers, type Graph, type GraphBuilder, type Node, producers, sizeOf, type Value } from '@manabi/ir';
import { rewritten } from './rewritten.ts';

/** A term of a sum: plus or minus a value, which may be multiplied by a factor for each channel. */
interface Term {
  /** In the old graph; products of two values are keyed by both. */
  readonly value: Value;
  /** The other factor of a product of two values. */
  readonly times: Value | null;
  /** In the new graph, one number per channel. */
  readonly factor: Value | null;
  readonly isNegative: boolean;
}

/** A value as a sum of terms and of a number per channel. */
interface Form {
  readonly terms: readonly Term[];
  /** In the new graph, one number per channel. */
  readonly offset: Value | null;
  /** Axis of the channels; null without factors and offset. */
  readonly axis: number | null;
  /** Number of elementwise operators of the graph that compute the value. */
  readonly operators: number;
}

/** Largest number of terms of a form. */
const MOST_TERMS = 3;

/** Least number of elements per channel for which operators on all elements take longer than those on channels. */
const LEAST_ELEMENTS = 16;

/**
 * Moves factors per channel out of sums, products and differences, as in batch normalization and its gradient: `sum(x · a)` becomes
 * `sum(x) · a`, and `((x · a - m) - (y · b) · q) · c` becomes `x · ac - y · bqc - mc`. Factors per channel are small, while
 * operators on whole images read and write memory in ONNX Runtime, one after another.
 *
 * @returns the graph itself if this saves no operator
 */
export function scalesOfChannels(graph: Graph): Graph {
  const pass = new Pass(graph);
  return rewritten(graph, (b, node, values) => pass.replaced(b, node, values));
}

class Pass {
  readonly #graph: Graph;
  readonly #readers: readonly (readonly Node[])[];
  readonly #makers: readonly (Node | undefined)[];
  readonly #forms = new Map<Value, Form>();

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#readers = consumers(graph);
    this.#makers = producers(graph);
  }

  /** Returns new results of a node if they need fewer operators on all elements. */
  replaced(b: GraphBuilder, node: Node, values: readonly Value[]): readonly Value[] | null {
    const [result] = node.results;
    if (node.op === 'reduceSum') return this.#sum(b, node, values);
    if (node.op !== 'add' && node.op !== 'sub' && node.op !== 'mul') return null;
    const form = this.#formOf(b, node, values);
    if (form === null) return null;
    if (this.#isLinear(result, form)) this.#forms.set(result, form);
    return operatorsOf(form) < form.operators ? [this.#emit(b, form, result, values)] : null;
  }

  /** Emits a sum over all axes but that of the channels, without the factor. */
  #sum(
    b: GraphBuilder,
    { operands: [x], attributes: { axes } }: Node<'reduceSum'>,
    values: readonly Value[],
  ): Value[] | null {
    const form = this.#forms.get(x);
    if (form === undefined || form.terms.length !== 1 || form.offset !== null) return null;
    const [term] = form.terms;
    const { factor, isNegative } = term;
    if (factor === null || !this.#isOverOthers(x, axes, form.axis)) return null;
    const summed = b.mul(b.reduceSum(this.#product(b, term, values), axes), factor);
    return [isNegative ? b.neg(summed) : summed];
  }

  #isOverOthers(x: Value, axes: readonly number[], axis: number | null): boolean {
    return axis !== null && axes.length === this.#graph.types[x].shape.length - 1 && !axes.includes(axis);
  }

  /** Returns the form of a result; null if it is not a sum of scaled values. */
  #formOf(b: GraphBuilder, { op, operands: [x, y], results: [result] }: Node, values: readonly Value[]): Form | null {
    const { dtype, shape } = this.#graph.types[result];
    if (dtype !== 'float32' || shape.length < 2) return null;
    const [left, right] = [x, y].map((operand) => this.#channels(operand) ?? this.#known(operand));
    const [first, second] = [left, right].map((each) => ('list' in each ? each : null));
    if (first !== null && second !== null) return null;
    if (op === 'mul' && (first !== null || second !== null)) {
      const list = first ?? second;
      const scaled = first === null ? left : right;
      return list === null || 'list' in scaled ? null : times(b, scaled, list, values);
    }
    const [f, g] = [left, right].map((each) => ('list' in each ? offsetOf(each, values) : each));
    const axis = f.axis ?? g.axis;
    if (f.axis !== null && g.axis !== null && f.axis !== g.axis) return null;
    const isFused = op === 'add' && (this.#isFused(x, right) || this.#isFused(y, left));
    const operators = f.operators + g.operators + (isFused ? 0 : 1);
    if (op === 'mul') return x === y ? null : product(b, f, g, axis, operators);
    const terms = [...f.terms, ...g.terms.map((term) => ({ ...term, isNegative: (op === 'sub') !== term.isNegative }))];
    const other = g.offset !== null && op === 'sub' ? b.neg(g.offset) : g.offset;
    const offset = f.offset !== null && other !== null ? b.add(f.offset, other) : (f.offset ?? other);
    return terms.length > MOST_TERMS ? null : { terms, offset, axis, operators };
  }

  /** Returns whether ONNX Runtime adds a number per channel to a value while it computes the value. */
  #isFused(value: Value, added: Form | Channels): boolean {
    const op = this.#makers[value]?.op;
    return 'list' in added && (op === 'dot' || op === 'conv') && this.#readers[value].length === 1;
  }

  /** Returns the form of a value, which is the value itself if nothing else is known. */
  #known(value: Value): Form {
    const known = this.#forms.get(value);
    if (known !== undefined) return known;
    return { terms: [{ value, times: null, factor: null, isNegative: false }], offset: null, axis: null, operators: 0 };
  }

  /** Returns the list that a value repeats for all elements of a channel. */
  #channels(value: Value): Channels | null {
    const maker = this.#makers[value];
    if (maker?.op !== 'expand' || maker.attributes.axes.length !== 1) return null;
    const [axis] = maker.attributes.axes;
    const { shape } = this.#graph.types[value];
    return sizeOf(shape) < LEAST_ELEMENTS * shape[axis] ? null : { list: maker.operands[0], axis };
  }

  /** Returns whether all readers of a value can read its form instead. */
  #isLinear(value: Value, form: Form): boolean {
    if (this.#graph.outputs.includes(value)) return false;
    return this.#readers[value].every((node) => {
      const { op, operands } = node;
      if (op === 'reduceSum') return this.#isOverOthers(value, node.attributes.axes, form.axis);
      if (op === 'add' || op === 'sub') return true;
      if (op !== 'mul') return false;
      const [x, y] = operands;
      if (this.#channels(x) !== null || this.#channels(y) !== null) return true;
      return x !== y && form.terms.length === 1 && form.offset === null;
    });
  }

  /** Emits the value of a form. */
  #emit(b: GraphBuilder, { terms, offset, axis }: Form, result: Value, values: readonly Value[]): Value {
    const { shape } = this.#graph.types[result];
    const repeated = (list: Value): Value => b.expand(list, shape, axis === null ? [] : [axis]);
    const scaled = (term: Term): Value => {
      const value = this.#product(b, term, values);
      return term.factor === null ? value : b.mul(value, repeated(term.factor));
    };
    const ordered = [...terms.filter(({ isNegative }) => !isNegative), ...terms.filter(({ isNegative }) => isNegative)];
    const sum = ordered.reduce<Value | null>((before, term) => {
      if (before === null) return term.isNegative ? b.neg(scaled(term)) : scaled(term);
      return term.isNegative ? b.sub(before, scaled(term)) : b.add(before, scaled(term));
    }, null);
    const whole = sum ?? b.constant(0, 'float32', shape);
    return offset === null ? whole : b.add(whole, repeated(offset));
  }

  #product(b: GraphBuilder, { value, times: other }: Term, values: readonly Value[]): Value {
    return other === null ? values[value] : b.mul(values[value], values[other]);
  }
}

/** A list that is repeated for all elements of a channel; in the old graph. */
interface Channels {
  readonly list: Value;
  readonly axis: number;
}

function offsetOf({ list, axis }: Channels, values: readonly Value[]): Form {
  return { terms: [], offset: values[list], axis, operators: 0 };
}

function times(b: GraphBuilder, form: Form, { list, axis }: Channels, values: readonly Value[]): Form | null {
  if (form.axis !== null && form.axis !== axis) return null;
  const by = values[list];
  const terms = form.terms.map((term) => ({ ...term, factor: term.factor === null ? by : b.mul(term.factor, by) }));
  const offset = form.offset === null ? null : b.mul(form.offset, by);
  return { terms, offset, axis, operators: form.operators + 1 };
}

/** Returns the form of a product of two scaled values. */
function product(b: GraphBuilder, f: Form, g: Form, axis: number | null, operators: number): Form | null {
  const [x, y] = [f.terms[0], g.terms[0]];
  const arePlain = [f, g].every(
    ({ terms, offset }) => terms.length === 1 && offset === null && terms[0].times === null,
  );
  if (!arePlain || (x.factor === null && y.factor === null)) return null;
  const factor = x.factor !== null && y.factor !== null ? b.mul(x.factor, y.factor) : (x.factor ?? y.factor);
  const [value, other] = [x.value, y.value].sort((first, second) => first - second);
  return {
    terms: [{ value, times: other, factor, isNegative: x.isNegative !== y.isNegative }],
    offset: null,
    axis,
    operators,
  };
}

/** Returns the number of elementwise operators with which a form is emitted. */
function operatorsOf({ terms, offset }: Form): number {
  const products = terms.filter(({ times: other }) => other !== null).length;
  const scales = terms.filter(({ factor }) => factor !== null).length;
  const signs = terms.length > 0 && terms.every(({ isNegative }) => isNegative) ? 1 : 0;
  return products + scales + terms.length - 1 + (offset === null ? 0 : 1) + signs;
}

import { formatShape, type Graph, ManabiError, type OpName } from '@manabi/ir';
import type { Quotient } from './fit-quotient.ts';
import { BATCH, isFixed, type Length, type OpenLength, openLength } from './length.ts';
import { LengthsInTrials } from './lengths-in-trials.ts';
import type { DerivedLength, OpenGraph, OpenNode, OpenType, TracedNode } from './open-graph.ts';
import { hasSamePadding } from './same-padding.ts';
import type { Point, Trials } from './trials.ts';

/**
 * Merges graphs that were traced at different lengths into one graph that is valid for all values of the variable
 * lengths. Numbers that differ between the graphs must be linear in each variable length, or in a length of an earlier
 * result that depends on one variable length, such as the height of a pooled image.
 *
 * @param graphs traced graphs, one for each entry of `trials.points`
 * @throws ManabiError `graph` if the graphs differ in another way; `data` names the operator and the attribute
 */
export function fitGraphs(graphs: readonly Graph[], trials: Trials): OpenGraph {
  return fitAll(graphs, new LengthsInTrials(trials));
}

/** Operators whose operator in ONNX computes the lengths of its result from those of its operands. */
const WINDOWED: ReadonlySet<string> = new Set<OpName>(['conv', 'maxPool', 'windowSum', 'call']);

function fitAll(graphs: readonly Graph[], lengths: LengthsInTrials): OpenGraph {
  const [first] = graphs;
  const alike =
    graphs.every(({ inputCount }) => inputCount === first.inputCount) &&
    graphs.every(({ types }) => types.length === first.types.length) &&
    graphs.every(({ nodes }) => nodes.length === first.nodes.length) &&
    graphs.every(({ outputs }) => outputs.join() === first.outputs.join());
  if (!alike)
    throw unlike(
      'numbers of operators',
      graphs.map(({ nodes }) => nodes.length),
    );
  const maker = new Map(first.nodes.flatMap((node) => node.results.map((result) => [result, node.op] as const)));
  const derived = new Map<number, readonly DerivedLength[]>();
  const types = first.types.map((type, value): OpenType => {
    const all = graphs.map((graph) => graph.types[value]);
    if (all.some(({ dtype, shape }) => dtype !== type.dtype || shape.length !== type.shape.length)) {
      throw unlike(
        `types of ${maker.has(value) ? `a result of ${maker.get(value)}` : 'an input'}`,
        all.map(({ shape }) => formatShape(shape)),
      );
    }
    const found: DerivedLength[] = [];
    const shape = type.shape.map((_, axis): Length => {
      const values = all.map(({ shape }) => shape[axis]);
      const length = lengths.number(values);
      if (length !== null) return length;
      const op = maker.get(value) ?? 'input';
      const name = WINDOWED.has(op) ? lengths.derive(values) : null;
      if (name === null) throw unfit(op, `length of axis ${axis} of its result`, values, lengths.trials);
      found.push({ name, axis });
      return openLength(name);
    });
    if (found.length > 0) derived.set(value, found);
    return { dtype: type.dtype, shape };
  });
  const nodes = first.nodes.map((_, i) => {
    const all = graphs.map(({ nodes, types }) => ({ node: nodes[i], types }));
    return fitNode(all, lengths);
  });
  return { inputCount: first.inputCount, types, nodes, outputs: first.outputs, derived };
}

function fitNode(traced: readonly TracedNode[], lengths: LengthsInTrials): OpenNode {
  const nodes = traced.map(({ node }) => node);
  const [first] = nodes;
  const alike = nodes.every(({ op, operands }) => op === first.op && operands.join() === first.operands.join());
  if (!alike)
    throw unlike(
      'operators',
      nodes.map(({ op }) => op),
    );
  const open = new Map<string, OpenLength>();
  const quotients = new Map<string, Quotient>();
  const bodies = new Map<string, OpenGraph>();
  const isSamePadded = hasSamePadding(traced);
  const fitting = { op: first.op, lengths, open, quotients, bodies, skips: isSamePadded ? 'padding' : null };
  const failures = new Map<string, ManabiError>();
  for (const key of Object.keys(first.attributes)) {
    const values = nodes.map(({ attributes }) => Object.entries(attributes).find(([name]) => name === key)?.[1]);
    try {
      fitAttribute(values, key, fitting);
    } catch (error) {
      // The graphs of a composite matter only where no operator of ONNX replaces the composite.
      if (first.op !== 'call' || !values.every(isGraph) || !(error instanceof ManabiError)) throw error;
      failures.set(key, error);
    }
  }
  // All properties come from the same node, so they form a valid OpenNode. TypeScript cannot infer this.
  return { ...first, open, quotients, bodies, failures, isSamePadded, traced } as OpenNode;
}

interface Fitting {
  readonly op: OpName;
  readonly lengths: LengthsInTrials;
  /** Name of an attribute, at any depth, whose numbers need no formula; null if all numbers need one. */
  readonly skips: string | null;
  readonly open: Map<string, OpenLength>;
  readonly quotients: Map<string, Quotient>;
  readonly bodies: Map<string, OpenGraph>;
}

function fitAttribute(values: readonly unknown[], path: string, fitting: Fitting): void {
  const [first] = values;
  const { op, lengths, skips, open, quotients, bodies } = fitting;
  const { trials } = lengths;
  if (path.split('.').at(-1) === skips) return;
  if (values.every((value) => Object.is(value, first))) {
    if (isGraph(first))
      bodies.set(
        path,
        lengths.within(() => fitAll(values.filter(isGraph), lengths)),
      );
    return;
  }
  const numbers = values.filter((value) => typeof value === 'number');
  if (numbers.length === values.length) {
    const length = lengths.number(numbers);
    if (length !== null && !isFixed(length)) open.set(path, length);
    else {
      const quotient = lengths.quotient(numbers);
      if (quotient === null) throw unfit(op, path, numbers, trials);
      quotients.set(path, quotient);
    }
    return;
  }
  // Comparing typed arrays first is fast: constants may have many elements, and rarely differ.
  if (values.every((value) => hasSameElements(value, first))) return;
  const graphs = values.filter(isGraph);
  if (graphs.length === values.length) {
    bodies.set(
      path,
      lengths.within(() => fitAll(graphs, lengths)),
    );
    return;
  }
  const records = values.filter(isRecord);
  const keys = records.map((record) => Object.keys(record).join());
  if (records.length !== values.length || keys.some((key) => key !== keys[0])) throw unfit(op, path, values, trials);
  for (const key of Object.keys(records[0])) {
    fitAttribute(
      records.map((record) => record[key]),
      `${path}.${key}`,
      fitting,
    );
  }
}

function hasSameElements(value: unknown, other: unknown): boolean {
  if (!Array.isArray(value) || !Array.isArray(other) || value.length !== other.length) return false;
  return value.every((element, i) => Object.is(element, other[i]));
}

function isGraph(value: unknown): value is Graph {
  return isRecord(value) && 'nodes' in value && 'inputCount' in value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Largest number of traced graphs for which an error message states the value. */
const MOST_SHOWN = 4;

function unfit(op: string, attribute: string, values: readonly unknown[], { points }: Trials): ManabiError {
  const sizes = points.map((point) => Object.fromEntries(point));
  const isBatchAlone = points.every((point) => point.size === 1);
  // Show the values at the first points and at the last one, at which all lengths differ from the other points.
  const shownPoints = [...points.keys()].filter((i) => i < MOST_SHOWN - 1 || i === points.length - 1);
  const seen = shownPoints.map((i) => `${shorten(values[i])} at ${formatPoint(points[i])}`).join(', ');
  return new ManabiError(
    'graph',
    `\`${attribute}\` must be a multiple of ${isBatchAlone ? 'the batch size' : 'the variable lengths'} plus a constant; got ${seen}. ` +
      'Export for one batch size with { batch: 32 }, build the model with fixed input lengths, or remove this dependence ' +
      'from the computation.',
    { op, data: { op, attribute, values, sizes } },
  );
}

function formatPoint(point: Point): string {
  return [...point].map(([name, value]) => `${name === BATCH ? 'batch size' : name} ${value}`).join(' and ');
}

function unlike(what: string, values: readonly unknown[]): ManabiError {
  return new ManabiError(
    'graph',
    `The graph must not change with the batch size or other variable lengths: ${what} differ (${values.join(', ')}). Export for ` +
      'one batch size with { batch: 32 }, or do not branch on the size.',
    { op: 'exportOnnx', data: { what, values } },
  );
}

function shorten(value: unknown): string {
  const text = Array.isArray(value) ? `${value.length} elements` : String(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

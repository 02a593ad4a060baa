import { formatShape, type Graph, ManabiError, type Node, type OpName, type Shape } from '@manabi/ir';
import { fitNumber } from './fit-number.ts';
import { fitQuotient, type Quotient } from './fit-quotient.ts';
import { BATCH, isFixed, type Length, type OpenLength } from './length.ts';
import type { OpenGraph, OpenNode, OpenType } from './open-graph.ts';
import type { Point, Trials } from './trials.ts';

/**
 * Merges graphs that were traced at different lengths into one graph that is valid for all values of the variable
 * lengths. Numbers that differ between the graphs must be linear in each variable length.
 *
 * @param graphs traced graphs, one for each entry of `trials.points`
 * @throws ManabiError `graph` if the graphs differ in another way; `data` names the operator and the attribute
 */
export function fitGraphs(graphs: readonly Graph[], trials: Trials): OpenGraph {
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
  const types = first.types.map((type, value): OpenType => {
    const all = graphs.map((graph) => graph.types[value]);
    if (all.some(({ dtype, shape }) => dtype !== type.dtype || shape.length !== type.shape.length)) {
      throw unlike(
        `types of ${maker.has(value) ? `a result of ${maker.get(value)}` : 'an input'}`,
        all.map(({ shape }) => formatShape(shape)),
      );
    }
    return {
      dtype: type.dtype,
      shape: fitShape(
        all.map(({ shape }) => shape),
        trials,
        maker.get(value) ?? 'input',
      ),
    };
  });
  const nodes = first.nodes.map((_, i) =>
    fitNode(
      graphs.map(({ nodes }) => nodes[i]),
      trials,
    ),
  );
  return { inputCount: first.inputCount, types, nodes, outputs: first.outputs };
}

function fitShape(shapes: readonly Shape[], trials: Trials, op: string): Length[] {
  return shapes[0].map((_, axis) => {
    const lengths = shapes.map((shape) => shape[axis]);
    const length = fitNumber(lengths, trials);
    if (length === null) throw unfit(op, `length of axis ${axis} of its result`, lengths, trials);
    return length;
  });
}

function fitNode(nodes: readonly Node[], trials: Trials): OpenNode {
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
  const fitting = { op: first.op, trials, open, quotients, bodies };
  for (const key of Object.keys(first.attributes)) {
    fitAttribute(
      nodes.map(({ attributes }) => Object.entries(attributes).find(([name]) => name === key)?.[1]),
      key,
      fitting,
    );
  }
  // All properties come from the same node, so they form a valid OpenNode. TypeScript cannot infer this.
  return { ...first, open, quotients, bodies } as OpenNode;
}

interface Fitting {
  readonly op: OpName;
  readonly trials: Trials;
  readonly open: Map<string, OpenLength>;
  readonly quotients: Map<string, Quotient>;
  readonly bodies: Map<string, OpenGraph>;
}

function fitAttribute(values: readonly unknown[], path: string, fitting: Fitting): void {
  const [first] = values;
  const { op, trials, open, quotients, bodies } = fitting;
  if (values.every((value) => Object.is(value, first))) {
    if (isGraph(first)) bodies.set(path, fitGraphs(values.filter(isGraph), trials));
    return;
  }
  const numbers = values.filter((value) => typeof value === 'number');
  if (numbers.length === values.length) {
    const length = fitNumber(numbers, trials);
    if (length !== null && !isFixed(length)) open.set(path, length);
    else {
      const quotient = fitQuotient(numbers, trials);
      if (quotient === null) throw unfit(op, path, numbers, trials);
      quotients.set(path, quotient);
    }
    return;
  }
  // Comparing typed arrays first is fast: constants may have many elements, and rarely differ.
  if (values.every((value) => hasSameElements(value, first))) return;
  const graphs = values.filter(isGraph);
  if (graphs.length === values.length) {
    bodies.set(path, fitGraphs(graphs, trials));
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

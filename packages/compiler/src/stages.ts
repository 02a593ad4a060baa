import {
  axisIndex,
  constantIndex,
  equalIndexes,
  equalShapes,
  type IndexExpr,
  type Node,
  type Shape,
  type Value,
} from '@manabi/ir';
import { ElementExpressions, type IndexedGraph, lowered, storedElements } from './element.ts';
import { formatIndex } from './format-index.ts';
import type { StepRoutine } from './plan.ts';
import { isStepRoutine } from './step-routines.ts';

/** What a stage's loops look like. */
export type StageKind =
  | 'constant'
  | 'map'
  | 'reduce'
  | 'argReduce'
  | 'scan'
  | 'assemble'
  | 'branch'
  | 'loop'
  | StepRoutine;

/** One node whose results get memory, with all pointwise nodes that it reads through. */
export interface Stage {
  readonly kind: StageKind;
  readonly node: Node;
  /** Extents of the loops over the results' elements; axes of one element are left out. */
  readonly outer: readonly number[];
  /** Extents of the loops over what is joined into one element. */
  readonly inner: readonly number[];
  /** Every element that an element of the results is made from. */
  readonly reads: readonly Read[];
}

/** An element that a stage reads from memory. */
export interface Read {
  readonly value: Value;
  /** Text of the place, over the running values of the stage's loops, outermost first. */
  readonly place: string;
  /** True if the place is just those running values, one per axis of the value. */
  readonly identity: boolean;
}

/** The places that loops have reached, one per loop, as the place in an array; axes of one element have no loop. */
export function loopIndex(shape: Shape, places: readonly IndexExpr[]): IndexExpr[] {
  let next = 0;
  return shape.map((extent) => (extent === 1 ? constantIndex(0) : places[next++]));
}

/** The place in the operand of a reduction: loops over kept axes outside, over joined axes inside. */
export function reducedIndex(
  shape: Shape,
  joined: readonly number[],
  outer: readonly IndexExpr[],
  inner: readonly IndexExpr[],
): IndexExpr[] {
  let nextOuter = 0;
  let nextInner = 0;
  return shape.map((extent, axis) => {
    if (extent === 1) return constantIndex(0);
    return joined.includes(axis) ? inner[nextInner++] : outer[nextOuter++];
  });
}

/** Extents of the axes that have a loop. */
export function loopExtents(shape: Shape): number[] {
  return shape.filter((extent) => extent !== 1);
}

/** The axes that a node joins. */
export function joinedAxes(graph: IndexedGraph, node: Node): readonly number[] {
  const { lowering, node: facts } = lowered(graph, node);
  if (lowering.class === 'reduce') return lowering.axes(facts.attributes);
  if (lowering.class === 'argReduce') return [lowering.axis(facts.attributes)];
  return [];
}

/**
 * The stages of a graph, in the order of its nodes, but for single numbers that follow from inputs alone, such as a
 * step size: those come first, so that they are there wherever they are read.
 */
export function makeStages(graph: IndexedGraph, roots: ReadonlySet<Value>): Stage[] {
  const early: Stage[] = [];
  const stages: Stage[] = [];
  const known = new Set<Value>(Array.from({ length: graph.inputCount }, (_, input) => input));
  for (const node of graph.nodes) {
    if (!node.results.some((result) => roots.has(result))) continue;
    const stage = makeStage(graph, roots, node);
    const isEarly =
      stage.kind === 'map' && stage.outer.length === 0 && stage.reads.every(({ value }) => known.has(value));
    if (isEarly) for (const result of node.results) known.add(result);
    (isEarly ? early : stages).push(stage);
  }
  return [...early, ...stages];
}

function makeStage(graph: IndexedGraph, roots: ReadonlySet<Value>, node: Node): Stage {
  const kind = stageKind(graph, node);
  const resultShape = graph.types[node.results[0]].shape;
  const outer = loopExtents(resultShape);
  const outerPlaces = outer.map((extent, i) => axisIndex(i, extent));
  switch (kind) {
    case 'constant':
      return { kind, node, outer, inner: [], reads: [] };
    case 'map': {
      const reads = collectReads(graph, roots, (expressions) =>
        expressions.computed(node.results[0], loopIndex(resultShape, outerPlaces)),
      );
      return { kind, node, outer, inner: [], reads };
    }
    case 'reduce':
    case 'argReduce': {
      const shape = graph.types[node.operands[0]].shape;
      const joined = joinedAxes(graph, node);
      const inner = loopExtents(joined.map((axis) => shape[axis]));
      const innerPlaces = inner.map((extent, i) => axisIndex(outer.length + i, extent));
      const reads = collectReads(graph, roots, (expressions) =>
        expressions.element(node.operands[0], reducedIndex(shape, joined, outerPlaces, innerPlaces)),
      );
      return { kind, node, outer, inner, reads };
    }
    case 'scan':
    case 'assemble':
    case 'dot':
    case 'topK':
    case 'branch':
    case 'loop': {
      // These have loops of their own, so that all that matters is which values they read.
      const background = backgroundOf(graph, node);
      const reads = node.operands.flatMap((operand, position) =>
        collectReads(graph, roots, (expressions) => {
          const { shape } = graph.types[operand];
          const places = loopExtents(shape).map((extent, i) => axisIndex(i, extent));
          expressions.element(operand, loopIndex(shape, places));
        }).map((read) => ({ ...read, identity: read.identity && position === background })),
      );
      return { kind, node, outer, inner: [], reads };
    }
  }
}

/** The position of the operand that the result of an assembling node is a changed copy of. */
function backgroundOf(graph: IndexedGraph, node: Node): number | undefined {
  const { lowering } = lowered(graph, node);
  if (lowering.class !== 'assemble' || lowering.background === null) return undefined;
  const background = node.operands[lowering.background];
  return equalShapes(graph.types[background].shape, graph.types[node.results[0]].shape)
    ? lowering.background
    : undefined;
}

function stageKind(graph: IndexedGraph, node: Node): StageKind {
  const { lowering } = lowered(graph, node);
  switch (lowering.class) {
    case 'pointwise':
      return storedElements(graph, node) === null ? 'map' : 'constant';
    case 'routine':
      if (isStepRoutine(lowering.routine)) return lowering.routine;
      throw new Error(`Bodies stand for routines without a step before stages are made, but ${node.op} is left.`);
    case 'call':
      throw new Error(`Calls are inlined before stages are made, but ${node.op} is left.`);
    default:
      return lowering.class;
  }
}

function collectReads(
  graph: IndexedGraph,
  roots: ReadonlySet<Value>,
  walk: (expressions: ElementExpressions<null>) => void,
): Read[] {
  const reads: Read[] = [];
  const expressions = new ElementExpressions<null>(graph, {
    load: (value, index) => {
      if (!roots.has(value)) return undefined;
      reads.push({
        value,
        place: index.map(formatIndex).join(', '),
        identity: isIdentity(graph.types[value].shape, index),
      });
      return null;
    },
    constant: () => null,
    instruction: () => null,
    fromIndex: () => null,
    // Any data-dependent place will do: no place that depends on data is an identity.
    toIndex: (_scalar, extent) => ({ constant: 0, terms: [{ atom: { kind: 'data', scalar: -1, extent }, factor: 1 }] }),
  });
  walk(expressions);
  return reads;
}

function isIdentity(shape: Shape, index: readonly IndexExpr[]): boolean {
  let next = 0;
  return shape.every((extent, axis) =>
    equalIndexes(index[axis], extent === 1 ? constantIndex(0) : axisIndex(next++, extent)),
  );
}

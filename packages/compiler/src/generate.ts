import {
  axisIndex,
  type Combine,
  dtypes,
  type IndexExpr,
  linearIndex,
  type Node,
  unravelIndex,
  type Value,
} from '@manabi/ir';
import { planContraction } from './contraction.ts';
import { ElementExpressions, type IndexedGraph, lowered } from './element.ts';
import type { Group, Member } from './fuse.ts';
import { KernelWriter } from './kernel-writer.ts';
import { simplifyLoops } from './loop-axes.ts';
import type { Dot, IndexSite, Step, TopK } from './plan.ts';
import { joinedAxes, loopIndex, reducedIndex } from './stages.ts';

/** What all groups of a plan share while steps are made of them. */
export interface Generation {
  readonly graph: IndexedGraph;
  readonly roots: ReadonlySet<Value>;
  readonly stored: ReadonlySet<Value>;
  readonly slotOf: ReadonlyMap<Value, number>;
  /** The inputs that outputs are written over. */
  readonly overwrites: ReadonlyMap<Value, Value>;
  /** Grows as checked indices are met. */
  readonly sites: IndexSite[];
}

/** The step that computes a group; null if nothing has to run. */
export function generateStep(plan: Generation, group: Group): Step | null {
  switch (group.kind) {
    case 'constant':
      return null;
    case 'loops':
      return { kind: 'kernel', kernel: simplifyLoops(new GroupWriter(plan, group).loops()) };
    case 'scan':
      return { kind: 'kernel', kernel: simplifyLoops(new GroupWriter(plan, group).scan()) };
    case 'assemble':
      return { kind: 'kernel', kernel: simplifyLoops(new GroupWriter(plan, group).assemble()) };
    case 'dot':
      return { kind: 'dot', dot: new GroupWriter(plan, group).dot() };
    case 'topK':
      return { kind: 'topK', topK: topK(plan, group.members[0].stage.node) };
  }
}

/** For people: the operators that a group computes, in order. */
function groupName(group: Group): string {
  return group.members.map(({ stage }) => stage.node.op).join('+');
}

function slotOf(plan: Generation, value: Value): number {
  const slot = plan.slotOf.get(value);
  if (slot === undefined) throw new Error(`Value ${value} has no memory.`);
  return slot;
}

/** Identity of a way to join elements: what joining nothing gives. */
function identityOf(combine: Combine, dtype: keyof typeof dtypes): number {
  switch (combine) {
    case 'add':
      return 0;
    case 'mul':
      return 1;
    case 'max':
      return dtypes[dtype].min;
    case 'min':
      return dtypes[dtype].max;
  }
}

class GroupWriter {
  readonly #plan: Generation;
  readonly #group: Group;
  readonly #writer = new KernelWriter();
  /** Results of this group that are in registers: of rows for the rest of the row, of phases until their loop ends. */
  readonly #rowScalars = new Map<Value, number>();
  readonly #phaseScalars = new Map<Value, number>();

  constructor(plan: Generation, group: Group) {
    this.#plan = plan;
    this.#group = group;
  }

  loops() {
    const { outer, inner, members } = this.#group;
    const places = outer.map((extent) => axisIndex(this.#writer.openLoop({ extent, kind: 'parallel' }), extent));
    const phases = 1 + members.reduce((last, member) => Math.max(last, member.phase), 0);
    for (let phase = 0; phase < phases; phase++) {
      const present = members.filter((member) => member.phase === phase);
      for (const member of present) if (member.role === 'row') this.#pointwise(member, places, this.#rowScalars);
      const inside = present.filter((member) => member.role === 'map' || member.role === 'reduce');
      if (inside.length > 0 && inner !== null) this.#phase(inside, places, inner);
    }
    for (let i = 0; i < outer.length; i++) this.#writer.closeLoop();
    return this.#writer.finish(groupName(this.#group));
  }

  /** One loop over the inner axes: maps, and reductions whose results the row has afterwards. */
  #phase(members: readonly Member[], places: readonly IndexExpr[], inner: readonly number[]): void {
    const writer = this.#writer;
    const ordered = members.some(({ stage }) => stage.kind === 'argReduce');
    const reduces = members.some(({ role }) => role === 'reduce');
    const finish: (() => void)[] = [];
    const joins = new Map<Member, (element: number, at: readonly IndexExpr[]) => void>();
    for (const member of members) {
      if (member.role !== 'reduce') continue;
      const { join, result } = this.#reduction(member.stage.node);
      joins.set(member, join);
      finish.push(() => this.#keep(member, places, result(), this.#rowScalars));
    }
    const kind = ordered ? 'sequential' : reduces ? 'reduce' : 'parallel';
    const innerPlaces = inner.map((extent) => axisIndex(writer.openLoop({ extent, kind }), extent));
    for (const member of members) {
      const join = joins.get(member);
      if (join === undefined) {
        this.#pointwise(member, [...places, ...innerPlaces], this.#phaseScalars);
        continue;
      }
      const { node } = member.stage;
      const { graph } = this.#plan;
      const shape = graph.types[node.operands[0]].shape;
      const index = reducedIndex(shape, joinedAxes(graph, node), places, innerPlaces);
      join(this.#expressions().element(node.operands[0], index), index);
    }
    for (let i = 0; i < inner.length; i++) writer.closeLoop();
    this.#phaseScalars.clear();
    for (const end of finish) end();
  }

  #reduction(node: Node): {
    join: (element: number, at: readonly IndexExpr[]) => void;
    result: () => number;
  } {
    const writer = this.#writer;
    const { lowering, node: facts } = lowered(this.#plan.graph, node);
    const { dtype } = facts.operands[0];
    if (lowering.class === 'reduce') {
      const accumulator = writer.begin(dtype, identityOf(lowering.combine, dtype));
      return {
        join: (element) => writer.accumulate(accumulator, lowering.combine, element),
        result: () => writer.readAccumulator(accumulator),
      };
    }
    if (lowering.class !== 'argReduce') throw new Error(`${node.op} is no reduction.`);
    const axis = lowering.axis(facts.attributes);
    const best = writer.begin(dtype, identityOf(lowering.largest ? 'max' : 'min', dtype));
    const place = writer.begin('int32', 0);
    return {
      join: (element, at) => {
        const held = writer.readAccumulator(best);
        const [low, high] = lowering.largest ? [held, element] : [element, held];
        let better = writer.scalar('less', [low, high], undefined);
        if (dtypes[dtype].kind === 'float') {
          // The first NaN wins over all numbers.
          const fresh = writer.scalar('not', [writer.scalar('isNaN', [held], undefined)], undefined);
          const nan = writer.scalar('and', [writer.scalar('isNaN', [element], undefined), fresh], undefined);
          better = writer.scalar('or', [better, nan], undefined);
        }
        const here = writer.index(at[axis]);
        writer.assign(place, writer.scalar('select', [better, here, writer.readAccumulator(place)], undefined));
        writer.assign(best, writer.scalar('select', [better, element, held], undefined));
      },
      result: () => writer.readAccumulator(place),
    };
  }

  #pointwise(member: Member, places: readonly IndexExpr[], scalars: Map<Value, number>): void {
    const [value] = member.stage.node.results;
    const index = loopIndex(this.#plan.graph.types[value].shape, places);
    this.#keep(member, places, this.#expressions().computed(value, index), scalars);
  }

  /** Remembers a result for those who read it in registers, and stores it for those who do not. */
  #keep(member: Member, places: readonly IndexExpr[], scalar: number, scalars: Map<Value, number>): void {
    const [value] = member.stage.node.results;
    scalars.set(value, scalar);
    if (!this.#plan.stored.has(value)) return;
    const { shape } = this.#plan.graph.types[value];
    this.#writer.store(slotOf(this.#plan, value), linearIndex(loopIndex(shape, places), shape), scalar);
  }

  scan() {
    const writer = this.#writer;
    const { graph } = this.#plan;
    const { node } = this.#group.members[0].stage;
    const { lowering, node: facts } = lowered(graph, node);
    if (lowering.class !== 'scan') throw new Error(`${node.op} is no scan.`);
    const { axis, reverse, exclusive } = lowering.along(facts.attributes);
    const [{ shape, dtype }] = facts.results;
    const places = new Map<number, IndexExpr>();
    shape.forEach((extent, i) => {
      if (i !== axis) places.set(i, axisIndex(writer.openLoop({ extent, kind: 'parallel' }), extent));
    });
    const accumulator = writer.begin(dtype, identityOf(lowering.combine, dtype));
    const extent = shape[axis];
    const along = axisIndex(writer.openLoop({ extent, kind: 'sequential' }), extent);
    const place: IndexExpr = reverse
      ? { constant: extent - 1 - along.constant, terms: along.terms.map((term) => ({ ...term, factor: -term.factor })) }
      : along;
    const index = shape.map((_, i) => places.get(i) ?? place);
    const held = writer.readAccumulator(accumulator);
    const joined = writer.scalar(
      lowering.combine,
      [held, this.#expressions().element(node.operands[0], index)],
      undefined,
    );
    writer.assign(accumulator, joined);
    writer.store(slotOf(this.#plan, node.results[0]), linearIndex(index, shape), exclusive ? held : joined);
    for (let i = 0; i < shape.length; i++) writer.closeLoop();
    return writer.finish(groupName(this.#group));
  }

  assemble() {
    const writer = this.#writer;
    const { graph } = this.#plan;
    const { node } = this.#group.members[0].stage;
    const { lowering, node: facts } = lowered(graph, node);
    if (lowering.class !== 'assemble') throw new Error(`${node.op} does not assemble.`);
    const [result] = node.results;
    const { shape } = graph.types[result];
    const slot = slotOf(this.#plan, result);
    const background = lowering.background === null ? undefined : node.operands[lowering.background];
    if (background !== undefined && this.#plan.overwrites.get(result) !== background) {
      const index = shape.map((extent) => axisIndex(writer.openLoop({ extent, kind: 'parallel' }), extent));
      const scalar = this.#expressions().element(background, graph.types[background].shape.length === 0 ? [] : index);
      writer.store(slot, linearIndex(index, shape), scalar);
      for (let i = 0; i < shape.length; i++) writer.closeLoop();
    }
    for (const piece of lowering.pieces(facts)) {
      const operand = node.operands[piece.operand];
      const from = graph.types[operand].shape;
      const kinds = from.map((_, axis) =>
        piece.overlapping && !keepsApart(piece, from, axis) ? 'sequential' : 'parallel',
      );
      const index = from.map((extent, axis) => axisIndex(writer.openLoop({ extent, kind: kinds[axis] }), extent));
      const expressions = this.#expressions();
      const place = piece.place(expressions.contextOf(node), index);
      writer.store(slot, linearIndex(place, shape), expressions.element(operand, index), piece.combine);
      for (let i = 0; i < from.length; i++) writer.closeLoop();
    }
    return writer.finish(groupName(this.#group));
  }

  dot(): Dot {
    const writer = this.#writer;
    const { graph, roots } = this.#plan;
    const [{ stage }] = this.#group.members;
    const { node } = stage;
    if (node.op !== 'dot') throw new Error(`${node.op} is no dot.`);
    const planned = planContraction(graph, node, node.attributes, (value) => roots.has(value));
    if (planned.kind !== 'ready') throw new Error('An operand of a dot is no strided view.');
    const { batch, m, n, k, left, right } = planned.contraction;
    const { dtype, shape } = graph.types[node.results[0]];

    const axis = (extent: number) => axisIndex(writer.addAxis({ extent, kind: 'parallel' }), extent);
    const batchPlaces = batch.map(axis);
    const rows = axis(m);
    const columns = axis(n);
    const leftFree = graph.types[node.operands[0]].shape.length - batch.length - node.attributes.contract.length;
    const rowShape = shape.slice(batch.length, batch.length + leftFree);
    const columnShape = shape.slice(batch.length + leftFree);
    const full = [...batchPlaces, ...unravelIndex(rows, rowShape), ...unravelIndex(columns, columnShape)];
    const places = full.filter((_, i) => shape[i] !== 1);

    this.#keep(this.#group.members[0], places, writer.result(dtype), this.#rowScalars);
    for (const member of this.#group.members.slice(1)) this.#pointwise(member, places, this.#rowScalars);
    return {
      dtype,
      batch,
      m,
      n,
      k,
      left: { ...left, slot: slotOf(this.#plan, left.root) },
      right: { ...right, slot: slotOf(this.#plan, right.root) },
      epilogue: writer.finish(groupName(this.#group)),
    };
  }

  /** Expressions that end in this group's registers and in memory. */
  #expressions(): ElementExpressions<number> {
    const writer = this.#writer;
    const { graph, roots, sites } = this.#plan;
    return new ElementExpressions<number>(graph, {
      load: (value, index) => {
        const held = this.#phaseScalars.get(value) ?? this.#rowScalars.get(value);
        if (held !== undefined) return held;
        if (!roots.has(value)) return undefined;
        const { dtype, shape } = graph.types[value];
        return writer.load(slotOf(this.#plan, value), linearIndex(index, shape), dtype);
      },
      constant: (value, dtype) => writer.constant(value, dtype),
      instruction: (op, operands, dtype) => writer.scalar(op, operands, dtype),
      fromIndex: (index) => writer.index(index),
      toIndex: (scalar, extent, site) => {
        const checked = writer.checkedIndex(scalar, extent, siteNumber(sites, site));
        return { constant: 0, terms: [{ atom: { kind: 'data', scalar: checked, extent }, factor: 1 }] };
      },
    });
  }
}

function siteNumber(sites: IndexSite[], site: IndexSite): number {
  const known = sites.findIndex(
    (other) => other.op === site.op && other.axis === site.axis && other.extent === site.extent,
  );
  return known >= 0 ? known : sites.push(site) - 1;
}

/** True if elements that differ along the axis never go to the same place, whatever the data says. */
function keepsApart(
  piece: { place: (context: PlaceProbe, index: readonly IndexExpr[]) => readonly IndexExpr[] },
  shape: readonly number[],
  axis: number,
): boolean {
  const index = shape.map((extent, i) => axisIndex(i, extent));
  const place = piece.place(probe, index);
  // The axis alone decides one coordinate of the place.
  return place.some(
    (coordinate) =>
      coordinate.terms.length === 1 &&
      coordinate.terms[0].atom.kind === 'axis' &&
      coordinate.terms[0].atom.axis === axis,
  );
}

type PlaceProbe = import('@manabi/ir').ElementContext<number>;

const probe: PlaceProbe = {
  operand: () => 0,
  constant: () => 0,
  instruction: () => 0,
  fromIndex: () => 0,
  toIndex: (_scalar, extent) => ({ constant: 0, terms: [{ atom: { kind: 'data', scalar: -1, extent }, factor: 1 }] }),
};

function topK(plan: Generation, node: Node): TopK {
  if (node.op !== 'topK') throw new Error(`${node.op} is no topK.`);
  const { k, largest } = node.attributes;
  const { dtype, shape } = plan.graph.types[node.operands[0]];
  const length = shape[shape.length - 1];
  return {
    dtype,
    rows: shape.slice(0, -1).reduce((rows, extent) => rows * extent, 1),
    length,
    k,
    largest,
    input: slotOf(plan, node.operands[0]),
    values: slotOf(plan, node.results[0]),
    indices: slotOf(plan, node.results[1]),
  };
}

import { type Graph, type Node, sizeOf, type Value } from '@manabi/ir';
import type { PreparedGraph } from '../graph/prepare.ts';
import type { PlanTarget } from '../target.ts';
import { type Group, type Member, takesMembers } from './group.ts';
import type { Stage } from './stage.ts';

/**
 * A stage that reads no results of a group but shares inputs with it may join only one of this many most recent groups.
 */
const NEIGHBORS = 24;

/** Options of `fuseStages`. */
export interface FuseOptions {
  readonly target: PlanTarget;
  /** Returns true if a step may bind all buffers of a group. */
  readonly fits: (group: Group) => boolean;
  /**
   * Nodes whose stages must not join an earlier group, because that group bound too many buffers in a previous attempt.
   */
  readonly apart: ReadonlySet<Node>;
}

/** Fuses stages into groups, each of which becomes one step. Returns the groups in an order in which they can run. */
export function fuseStages(graph: PreparedGraph, stages: readonly Stage[], options: FuseOptions): Group[] {
  const groups: Group[] = [];
  const homes = new Map<Value, { group: number; member: Member }>();

  for (const stage of stages) {
    let latest = -1;
    for (const { value } of stage.reads) latest = Math.max(latest, homes.get(value)?.group ?? -1);
    const mayJoin = canFuse(stage) && !options.apart.has(stage.node);
    if (mayJoin && stage.kind === 'map') joinMakers(stage, latest);
    const found = mayJoin ? findGroup(stage, latest) : undefined;
    if (found === undefined) {
      groups.push(newGroup(stage, selectionOf(stage)));
      settle(groups.length - 1);
    } else {
      groups[found.at] = found.group;
      settle(found.at);
    }
  }
  return groups.filter(({ members }) => members.length > 0);

  function selectionOf({ node }: Stage): number | null {
    return graph.selections.nodes.get(node) ?? null;
  }

  function settle(at: number): void {
    for (const member of groups[at].members) {
      for (const result of member.stage.node.results) homes.set(result, { group: at, member });
    }
  }

  /**
   * Joins the groups that compute what an elementwise stage reads into the latest of them if all have the loops of the stage,
   * so that their results need not be read from memory. For example, the gates of a recurrent cell become one kernel.
   */
  function joinMakers(stage: Stage, latest: number): void {
    if (latest < 0 || !isElementwise(groups[latest], stage)) return;
    for (const { value } of stage.reads) {
      const at = homes.get(value)?.group ?? latest;
      const maker = groups[at];
      if (at === latest || !isElementwise(maker, stage) || maker.selection !== groups[latest].selection) continue;
      const isRead = groups.slice(at + 1, latest + 1).some(({ members }) => members.some(readsFrom(at)));
      const joined = { ...groups[latest], members: [...maker.members, ...groups[latest].members] };
      const isApart = joined.members.some((member) => options.apart.has(member.stage.node));
      const values = valueCount(joined) + stage.reads.length;
      if (isRead || isApart || values > options.target.costs.mostValues || !options.fits(joined)) continue;
      groups[latest] = joined;
      groups[at] = { ...maker, members: [] };
      settle(latest);
    }
  }

  /** Returns a function that returns true for members that read a result of the group at a position. */
  function readsFrom(at: number): (member: Member) => boolean {
    return ({ stage }) => stage.reads.some(({ value }) => homes.get(value)?.group === at);
  }

  function findGroup(stage: Stage, latest: number): { readonly group: Group; readonly at: number } | undefined {
    const first = Math.max(0, latest, groups.length - NEIGHBORS);
    const candidates = latest >= 0 ? [latest] : [];
    for (let at = first; at < groups.length; at++)
      if (at !== latest && sharesInput(graph, groups[at], stage)) candidates.push(at);
    for (const at of candidates) {
      if (valueCount(groups[at]) + stage.reads.length > options.target.costs.mostValues) continue;
      if (groups[at].selection !== selectionOf(stage)) continue;
      const group = admit(groups[at], stage, (value) => {
        const home = homes.get(value);
        return home?.group === at ? home.member : undefined;
      });
      if (group !== undefined && options.fits(group)) return { group, at };
    }
    return undefined;
  }
}

function canFuse(stage: Stage): boolean {
  return stage.kind === 'map' || stage.kind === 'reduce' || stage.kind === 'argReduce';
}

/** Returns true for groups without reductions that have the loops of a stage. */
function isElementwise({ kind, outer, inner }: Group, stage: Stage): boolean {
  return kind === 'loops' && inner === null && equalExtents(outer, stage.outer);
}

function newGroup(stage: Stage, selection: number | null): Group {
  const { kind, outer, inner } = stage;
  switch (kind) {
    case 'map':
      return { kind: 'loops', outer, inner: null, members: [{ stage, role: 'row', phase: 0 }], selection };
    case 'reduce':
    case 'argReduce':
      return { kind: 'loops', outer, inner, members: [{ stage, role: 'reduce', phase: 0 }], selection };
    default:
      return { kind, outer, inner: null, members: [{ stage, role: 'alone', phase: 0 }], selection };
  }
}

/** Numbers of values that were counted: each group is a candidate for many stages. */
const valueCounts = new WeakMap<Group, number>();

function valueCount(group: Group): number {
  const known = valueCounts.get(group);
  if (known !== undefined) return known;
  const values = new Set<Value>();
  for (const { stage } of group.members) {
    for (const result of stage.node.results) values.add(result);
    for (const { value } of stage.reads) values.add(value);
  }
  valueCounts.set(group, values.size);
  return values.size;
}

/**
 * Returns true if the loops of the group and of the stage read the same elements of some value in the same iterations.
 * Values with one element do not count.
 */
function sharesInput(graph: Graph, group: Group, stage: Stage): boolean {
  if (group.kind !== 'loops') return false;
  return stage.reads.some(
    (read) =>
      sizeOf(graph.types[read.value].shape) > 1 &&
      group.members.some((member) =>
        member.stage.reads.some((other) => other.value === read.value && other.position === read.position),
      ),
  );
}

/**
 * Returns the group extended by the stage, or undefined if the stage does not fit into its loops. A reduction that
 * joins a group without inner loops defines the inner loops.
 */
function admit(group: Group, stage: Stage, home: (value: Value) => Member | undefined): Group | undefined {
  if (!takesMembers(group)) return undefined;
  for (const read of stage.reads) if (home(read.value) !== undefined && !read.identity) return undefined;
  const withMember = (role: Member['role'], phase: number): Group => ({
    ...group,
    members: [...group.members, { stage, role, phase }],
  });

  if (stage.kind === 'map') {
    if (equalExtents(stage.outer, group.outer)) {
      const phase = phaseAfter(stage, home);
      // A value with one element per row cannot be computed from a value of an inner loop, which has many elements per
      // row.
      if (stage.reads.some((read) => home(read.value)?.role === 'map')) return undefined;
      return withMember('row', phase);
    }
    if (group.inner === null || !equalExtents(stage.outer, [...group.outer, ...group.inner])) return undefined;
    return withMember('map', phaseAfter(stage, home));
  }

  if (group.kind === 'routine' || stage.inner.length === 0) return undefined;
  if (group.inner === null) {
    if (!equalExtents(group.outer, [...stage.outer, ...stage.inner])) return undefined;
    // The loops must also visit the operand in the same order, not only have equal lengths: a reduction along the first
    // axis of a square matrix has other rows than the group.
    if (!stage.reads.some((read) => read.identity)) return undefined;
    const members = group.members.map((member): Member => ({ ...member, role: 'map' }));
    const { outer, inner } = stage;
    return { ...group, outer, inner, members: [...members, { stage, role: 'reduce', phase: 0 }] };
  }
  if (!equalExtents(stage.outer, group.outer) || !equalExtents(stage.inner, group.inner)) return undefined;
  return withMember('reduce', phaseAfter(stage, home));
}

/**
 * Returns the first phase of a group (see `Group`) in which all results of the group that a stage reads are available.
 */
function phaseAfter(stage: Stage, home: (value: Value) => Member | undefined): number {
  let phase = 0;
  for (const { value } of stage.reads) {
    const member = home(value);
    if (member !== undefined) phase = Math.max(phase, member.role === 'reduce' ? member.phase + 1 : member.phase);
  }
  return phase;
}

function equalExtents(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((extent, i) => extent === b[i]);
}

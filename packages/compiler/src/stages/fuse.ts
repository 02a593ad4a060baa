import { type Graph, sizeOf, type Value } from '@manabi/ir';
import type { PlanTarget } from '../target.ts';
import type { Stage } from './stage.ts';

/**
 * Stages that run as one step.
 *
 * In a group of loops, `outer` loops run over rows, and each row passes through phases: phase p is one loop over
 * `inner`, before which the `row` members of that phase are computed. A member sees results of earlier phases whole, and
 * of its own phase at its own place. Until a reduction joins, a group has no inner loops and all members are of the row.
 */
export interface Group {
  readonly kind: 'loops' | 'dot' | 'topK' | 'scan' | 'assemble' | 'constant' | 'branch' | 'loop';
  readonly outer: readonly number[];
  readonly inner: readonly number[] | null;
  readonly members: readonly Member[];
}

/** A stage in its group. */
export interface Member {
  readonly stage: Stage;
  readonly role: 'row' | 'map' | 'reduce' | 'alone';
  readonly phase: number;
}

interface OpenGroup {
  kind: Group['kind'];
  outer: readonly number[];
  inner: readonly number[] | null;
  members: Member[];
}

/** How many of the latest groups are looked at for a stage that shares only inputs with them. */
const NEIGHBOURS = 24;

/** Joins stages into groups; the groups' order is one in which they can run. */
export function fuseStages(graph: Graph, stages: readonly Stage[], { costs }: PlanTarget): Group[] {
  const groups: OpenGroup[] = [];
  const homes = new Map<Value, { group: number; member: Member }>();

  for (const stage of stages) {
    let latest = -1;
    for (const { value } of stage.reads) latest = Math.max(latest, homes.get(value)?.group ?? -1);
    const place = fusesAtAll(stage) ? findGroup(stage, latest) : undefined;
    if (place === undefined) {
      groups.push(newGroup(stage));
      settle(groups.length - 1);
    } else {
      place.group.members.push(place.member);
      settle(place.at);
    }
  }
  return groups;

  function settle(at: number): void {
    for (const member of groups[at].members) {
      for (const result of member.stage.node.results) homes.set(result, { group: at, member });
    }
  }

  function findGroup(stage: Stage, latest: number): { group: OpenGroup; at: number; member: Member } | undefined {
    const first = Math.max(0, latest, groups.length - NEIGHBOURS);
    const candidates = latest >= 0 ? [latest] : [];
    for (let at = first; at < groups.length; at++)
      if (at !== latest && sharesInput(graph, groups[at], stage)) candidates.push(at);
    for (const at of candidates) {
      const group = groups[at];
      if (valueCount(group) + stage.reads.length > costs.mostValues) continue;
      const member = admit(group, stage, (value) => {
        const home = homes.get(value);
        return home?.group === at ? home.member : undefined;
      });
      if (member !== undefined) return { group, at, member };
    }
    return undefined;
  }
}

function fusesAtAll(stage: Stage): boolean {
  return stage.kind === 'map' || stage.kind === 'reduce' || stage.kind === 'argReduce';
}

function newGroup(stage: Stage): OpenGroup {
  const { kind, outer, inner } = stage;
  switch (kind) {
    case 'map':
      return { kind: 'loops', outer, inner: null, members: [{ stage, role: 'row', phase: 0 }] };
    case 'reduce':
    case 'argReduce':
      return { kind: 'loops', outer, inner, members: [{ stage, role: 'reduce', phase: 0 }] };
    default:
      return { kind, outer, inner: null, members: [{ stage, role: 'alone', phase: 0 }] };
  }
}

function valueCount(group: OpenGroup): number {
  const values = new Set<Value>();
  for (const { stage } of group.members) {
    for (const result of stage.node.results) values.add(result);
    for (const { value } of stage.reads) values.add(value);
  }
  return values.size;
}

/** True if both read the same elements, at the same places of their loops, of some value that is worth reading once. */
function sharesInput(graph: Graph, group: OpenGroup, stage: Stage): boolean {
  if (group.kind !== 'loops') return false;
  return stage.reads.some(
    (read) =>
      sizeOf(graph.types[read.value].shape) > 1 &&
      group.members.some((member) =>
        member.stage.reads.some((other) => other.value === read.value && other.place === read.place),
      ),
  );
}

/** The stage as a member of the group, if it fits; a group of plain loops may get inner loops for it. */
function admit(group: OpenGroup, stage: Stage, home: (value: Value) => Member | undefined): Member | undefined {
  if (group.kind !== 'loops' && group.kind !== 'dot') return undefined;
  for (const read of stage.reads) if (home(read.value) !== undefined && !read.identity) return undefined;

  if (stage.kind === 'map') {
    if (equalExtents(stage.outer, group.outer)) {
      const phase = phaseAfter(stage, home);
      // An element of a row cannot depend on single elements of its inner loops.
      if (stage.reads.some((read) => home(read.value)?.role === 'map')) return undefined;
      return { stage, role: 'row', phase };
    }
    if (group.inner === null || !equalExtents(stage.outer, [...group.outer, ...group.inner])) return undefined;
    return { stage, role: 'map', phase: phaseAfter(stage, home) };
  }

  if (group.kind === 'dot' || stage.inner.length === 0) return undefined;
  if (group.inner === null) {
    if (!equalExtents(group.outer, [...stage.outer, ...stage.inner])) return undefined;
    // A reduction along other axes than the last has its rows across the group's, even if the lengths agree.
    if (!stage.reads.some((read) => read.identity)) return undefined;
    group.outer = stage.outer;
    group.inner = stage.inner;
    group.members = group.members.map((member) => ({ ...member, role: 'map' }));
    return { stage, role: 'reduce', phase: 0 };
  }
  if (!equalExtents(stage.outer, group.outer) || !equalExtents(stage.inner, group.inner)) return undefined;
  return { stage, role: 'reduce', phase: phaseAfter(stage, home) };
}

/** The first phase in which all that the stage reads of its group is there. */
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

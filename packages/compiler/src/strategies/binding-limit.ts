import { type Graph, type Node, sizeOf, type Value } from '@manabi/ir';
import type { Group } from '../stages/group.ts';
import { homesOf, passesOn } from '../stages/registers.ts';
import type { Stage } from '../stages/stage.ts';
import type { PlanTarget } from '../target.ts';

/**
 * Returns a function that estimates whether a group binds at most as many buffers as the target allows. An output and a
 * donated input that it could overwrite count as one buffer, although memory planning may later separate them.
 */
export function bindingLimit(
  graph: Graph,
  stages: readonly Stage[],
  { target, mayReuse }: { readonly target: PlanTarget; readonly mayReuse: (output: number, input: number) => boolean },
): (group: Group) => boolean {
  const { mostBindings } = target;
  if (mostBindings === null) return () => true;
  const readers = new Map<Value, Set<Node>>();
  for (const { node, reads } of stages) {
    for (const { value } of reads) {
      const known = readers.get(value) ?? new Set<Node>();
      readers.set(value, known.add(node));
    }
  }
  return (group) => {
    const { read, written, checks } = bindingsOf(graph, group, readers);
    const free = new Set([...read].filter((value) => value < graph.inputCount));
    let taken = 0;
    for (const value of written) {
      const output = graph.outputs.indexOf(value);
      const over = [...free].find((input) => output >= 0 && mayReuse(output, input) && sameSize(graph, input, value));
      if (over === undefined) continue;
      free.delete(over);
      taken++;
    }
    return read.size + written.size - taken + (checks ? 1 : 0) <= mostBindings;
  };
}

/** Returns the values that the current members of a group read from memory and write to memory. */
function bindingsOf(
  graph: Graph,
  group: Group,
  readers: ReadonlyMap<Value, ReadonlySet<Node>>,
): { readonly read: ReadonlySet<Value>; readonly written: ReadonlySet<Value>; readonly checks: boolean } {
  const homes = homesOf([group]);
  const nodes = new Set(group.members.map(({ stage }) => stage.node));
  const read = new Set<Value>();
  const written = new Set<Value>();
  for (const value of homes.keys()) {
    const isReadElsewhere = [...(readers.get(value) ?? [])].some((node) => !nodes.has(node));
    if (isReadElsewhere || graph.outputs.includes(value)) written.add(value);
  }
  for (const member of group.members) {
    for (const { value } of member.stage.reads) {
      const home = homes.get(value);
      if (home === undefined) read.add(value);
      else if (!passesOn(home.member, member)) written.add(value);
    }
  }
  return { read, written, checks: group.members.some(({ stage }) => stage.checks) };
}

function sameSize(graph: Graph, a: Value, b: Value): boolean {
  const [left, right] = [graph.types[a], graph.types[b]];
  return left.dtype === right.dtype && sizeOf(left.shape) === sizeOf(right.shape);
}

import { axisIndex } from '@manabi/ir';
import { operandViews } from '../graph/operand-views.ts';
import type { Epilogue, Routine, RoutineSite } from '../graph/routine.ts';
import type { Kernel } from '../plan/kernel.ts';
import type { RoutineStep } from '../plan/routine-step.ts';
import type { Group } from '../stages/group.ts';
import { type Generation, GroupWriter, groupName, slotOf } from './group-writer.ts';

/**
 * Returns the step of a group that starts with a routine. The other members of the group, pointwise operators on the
 * routine's result, become the epilogue of the step.
 */
export function writeRoutine(plan: Generation, group: Group, routine: Routine): RoutineStep {
  const { graph, roots, orders } = plan;
  const [{ stage }] = group.members;
  const { node } = stage;
  const views = operandViews(graph, node, routine, { hasMemory: (value) => roots.has(value), orders }).map((view) => {
    if (view === null) throw new Error(`An operand of ${routine.name} has no strides.`);
    return view;
  });
  const typesOf = (values: readonly number[]) => values.map((value) => graph.types[value]);
  const site = { node, operands: typesOf(node.operands), results: typesOf(node.results), views };
  const attributes = routine.attributes(site);
  const { epilogue } = routine;
  if (epilogue !== null && node.results.length !== 1) {
    throw new Error(`Routine ${routine.name} with an epilogue must have one result; it has ${node.results.length}.`);
  }
  return {
    kind: 'routine',
    name: routine.name,
    operands: views.map(({ root }) => slotOf(plan, root)),
    results: epilogue === null ? node.results.map((result) => slotOf(plan, result)) : [],
    attributes,
    epilogue: epilogue === null ? null : writeEpilogue(new GroupWriter(plan, group), epilogue, attributes, site),
  };
}

function writeEpilogue(group: GroupWriter, epilogue: Epilogue, attributes: object, site: RoutineSite): Kernel {
  const { writer } = group;
  const [routine, ...others] = group.group.members;
  const [{ dtype, shape }] = site.results;
  const axes = epilogue
    .axes(attributes)
    .map((extent) => axisIndex(writer.addAxis({ extent, kind: 'parallel' }), extent));
  const loops = epilogue.index(axes, attributes, site).filter((_, axis) => shape[axis] !== 1);
  group.keep(routine, loops, writer.result(dtype), group.rowScalars);
  for (const member of others) group.pointwise(member, loops, group.rowScalars);
  return writer.finish(groupName(group.group));
}

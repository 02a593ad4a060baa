import type { Plan, Step } from '@manabi/compiler';
import { formatType, type Graph, type Node } from '@manabi/ir';
import type { Operator } from './messages.ts';

/** Operators that only describe values: nothing is computed for them. */
export const silent: ReadonlySet<string> = new Set(['constant', 'expand', 'stopGradient']);

/** Returns the names of operators, without those that nothing is computed for unless there are no others. */
export function namesOf(nodes: readonly Node[]): readonly string[] {
  const names = nodes.map(nameOf);
  const computed = names.filter((name) => !silent.has(name));
  return computed.length > 0 ? computed : names;
}

/** Returns the name of an operator, or of the composite or routine that a node calls. */
function nameOf({ op, attributes }: Node): string {
  return op === 'call' && 'name' in attributes ? String(attributes.name) : op;
}

/** Returns the inputs and operators of a graph, without those that nothing is computed for. */
export function operatorsOf(
  { inputCount, nodes, types, outputs }: Graph,
  names: readonly string[],
  plan: Plan,
  fused: ReadonlyMap<Step, readonly Node[]>,
): readonly Operator[] {
  const operators: Operator[] = [];
  /** For each value, the operators to draw lines from. */
  const sources = new Map<number, readonly number[]>();
  const isOutput = (value: number) => outputs.includes(value);
  for (let value = 0; value < inputCount; value++) {
    sources.set(value, [operators.length]);
    operators.push({
      name: names[value] ?? `input ${value}`,
      type: formatType(types[value]),
      operands: [],
      steps: [],
      isInput: true,
      isOutput: isOutput(value),
    });
  }
  for (const node of nodes) {
    const operands = [...new Set(node.operands.flatMap((value) => sources.get(value) ?? []))];
    const name = nameOf(node);
    const position = silent.has(name) ? null : operators.length;
    for (const result of node.results) sources.set(result, position === null ? operands : [position]);
    if (position === null) continue;
    operators.push({
      name,
      type: formatType(types[node.results[0]]),
      operands,
      steps: [...plan.steps.keys()].filter((i) => fused.get(plan.steps[i])?.includes(node)),
      isInput: false,
      isOutput: node.results.some(isOutput),
    });
  }
  return operators;
}

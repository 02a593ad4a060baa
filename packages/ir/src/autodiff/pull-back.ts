import { ManabiError } from '@manabi/errors';
import type { GraphBuilder } from '../graph/builder.ts';
import type { Node, OpName, Value } from '../graph/graph.ts';
import { noGradient, type Vjp } from '../operators/vjp.ts';
import { vjps } from '../operators/vjp-table.ts';
import { equalTypes, formatType } from '../types/shape.ts';
import { type BackwardOf, pullBackCheckpoint } from './checkpoint.ts';
import type { Recording } from './record.ts';

/**
 * Emits the backward pass of a derivative. Processes the recorded nodes from the last to the first and applies the
 * gradient rule of each. If a value is used several times, its cotangents are summed in the order of the uses in the
 * graph.
 *
 * @param cotangents one cotangent per output of the graph; null stands for zero
 * @param backwardOf differentiates the body of a checkpoint
 * @returns a function that returns the cotangent of a value; zeros for a value that does not affect the outputs
 * @throws ManabiError `notDifferentiable`
 */
export function pullBack(
  builder: GraphBuilder,
  { outputs, tape, active }: Recording,
  cotangents: readonly (Value | null)[],
  backwardOf: BackwardOf,
): (value: Value) => Value {
  const contributions = new Map<Value, Value[]>();
  const contribute = (values: readonly Value[], parts: readonly (Value | null)[]): void => {
    // Cotangents of later uses are added to the list first; `total` sums the list from its end.
    for (let i = values.length - 1; i >= 0; i--) {
      const part = parts[i];
      if (part === null || part === undefined || !active.has(values[i])) continue;
      const known = contributions.get(values[i]);
      if (known === undefined) contributions.set(values[i], [part]);
      else known.push(part);
    }
  };
  const total = (value: Value): Value | null => {
    const parts = contributions.get(value);
    return parts === undefined ? null : parts.reduceRight((sum, part) => builder.add(sum, part));
  };

  contribute(outputs, cotangents);
  for (let i = tape.length - 1; i >= 0; i--) {
    const { node, pullBack: backwardHalf } = tape[i];
    const given = node.results.map(total);
    if (given.every((cotangent) => cotangent === null)) continue;
    const parts =
      backwardHalf !== null
        ? backwardHalf(given)
        : node.op === 'call' && node.attributes.vjp === null
          ? pullBackCheckpoint(builder, node, given, active, backwardOf)
          : applyRule(builder, node, given);
    checkTypes(builder, node, parts);
    contribute(node.operands, parts);
  }
  return (value) => total(value) ?? builder.full(value, 0);
}

function applyRule<K extends OpName>(
  builder: GraphBuilder,
  node: Node<K>,
  cotangents: readonly (Value | null)[],
): readonly (Value | null)[] {
  const op: K = node.op;
  const rule: Vjp<K> = vjps[op];
  if (typeof rule === 'function') return rule(builder, node, cotangents);
  if ('reason' in rule) throw noGradient(op, rule.reason);
  throw new ManabiError('graph', `The gradient rule of ${op} has two halves; run its forward half first.`, { op });
}

/**
 * Checks that a gradient rule returned cotangents of the types of the operands, so that an error names the operator
 * whose rule is wrong.
 */
function checkTypes(builder: GraphBuilder, node: Node, parts: readonly (Value | null)[]): void {
  parts.forEach((part, i) => {
    if (part === null || equalTypes(builder.type(part), builder.type(node.operands[i]))) return;
    const given = formatType(builder.type(part));
    const expected = formatType(builder.type(node.operands[i]));
    throw new ManabiError('graph', `The gradient rule must return ${expected} for operand ${i}; got ${given}.`, {
      op: node.op,
      data: { operand: i, given, expected },
    });
  });
}

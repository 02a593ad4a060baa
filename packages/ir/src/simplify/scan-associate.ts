import type { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { inputTypes, producers } from '../graph/parts.ts';
import { graphBuilder } from '../operators/graph-builder.ts';
import { Reach, reachOf } from './scan-outside.ts';
import type { Scan } from './scan-ports.ts';

/** Operators whose operands may be reordered. */
type Joining = 'add' | 'mul';

/**
 * Returns the body of a scan in which products and sums first join those factors or summands that do not depend on
 * previous iterations, so that they can be computed outside the scan.
 */
export function reassociated(scan: Scan): Graph {
  const { body } = scan.attributes;
  const reach = reachOf(scan);
  const makers = producers(body);
  const uses = new Array<number>(body.types.length).fill(0);
  for (const value of [...body.nodes.flatMap(({ operands }) => operands), ...body.outputs]) uses[value]++;

  /** Returns the factors or summands of a value. Looks through factors and summands that nothing else reads. */
  const partsOf = (value: Value, op: Joining): readonly Value[] => {
    const maker = makers[value];
    if (maker?.op !== op) return [value];
    return maker.operands.flatMap((operand) => (uses[operand] === 1 ? partsOf(operand, op) : [operand]));
  };

  const builder = graphBuilder();
  const values: Value[] = inputTypes(body).map((type) => builder.input(type));
  let changed = false;
  for (const node of body.nodes) {
    const [value] = node.results;
    const { op } = node;
    const parts = op === 'add' || op === 'mul' ? partsOf(value, op) : [];
    const early = parts.filter((part) => reach[part] < Reach.iterations);
    const late = parts.filter((part) => reach[part] === Reach.iterations);
    const helps = late.length > 0 && early.length > 1 && early.some((part) => reach[part] === Reach.slices);
    if (helps && (op === 'add' || op === 'mul')) {
      const first = joined(builder, op, of(values, early));
      values[value] = joined(builder, op, [first, ...of(values, late)]);
      changed = true;
      continue;
    }
    const results = builder.append(
      node,
      of(values, node.operands),
      node.results.map((result) => body.types[result]),
    );
    for (const [i, result] of node.results.entries()) values[result] = results[i];
  }
  return changed ? builder.finish(of(values, body.outputs)) : body;
}

function of(values: readonly Value[], named: readonly Value[]): Value[] {
  return named.map((value) => values[value]);
}

function joined(b: GraphBuilder, op: Joining, parts: readonly Value[]): Value {
  return parts.reduce((x, y) => (op === 'add' ? b.add(x, y) : b.mul(x, y)));
}

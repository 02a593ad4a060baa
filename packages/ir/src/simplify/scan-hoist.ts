import type { GraphBuilder } from '../graph/builder.ts';
import type { Node } from '../graph/graph.ts';
import { isFree, Reach, reachOf, ScanOutside } from './scan-outside.ts';
import { emitScan, type Port, portsOf, type Scan } from './scan-ports.ts';
import type { ScanResults } from './scan-prune.ts';

/**
 * Moves computations that do not depend on previous iterations before a scan. Values that depend only on constants are
 * computed once. Products of a slice and a constant are computed by one product of all slices.
 */
export function hoistFromScan(b: GraphBuilder, scan: Scan): ScanResults | null {
  const { body } = scan.attributes;
  const reach = reachOf(scan);
  const outside = new ScanOutside(b, scan, reach);
  const constants: Port[] = [];
  const slices: Port[] = [];
  for (const node of body.nodes) {
    const [first] = node.results;
    if (reach[first] === Reach.constants && !isFree(node)) {
      for (const result of node.results) {
        const found = outside.get(result);
        if (found !== null) constants.push({ outside: found.value, inside: [result] });
      }
    }
    if (isProjection(node, reach) && reach[first] === Reach.slices) {
      const found = outside.get(first);
      if (found !== null) slices.push({ outside: found.value, inside: [first] });
    }
  }
  if (constants.length + slices.length === 0) return null;
  const ports = portsOf(scan);
  return emitScan(b, scan, {
    ...ports,
    slices: [...ports.slices, ...slices],
    constants: [...ports.constants, ...constants],
  });
}

/** Returns true for a product of which one operand is the same in every iteration, such as weights. */
export function isProjection(node: Node, reach: readonly number[]): boolean {
  return node.op === 'dot' && node.operands.some((operand) => reach[operand] <= Reach.constants);
}

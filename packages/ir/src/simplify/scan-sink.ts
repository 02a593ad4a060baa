import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { isBatchable } from './batch.ts';
import { isProjection } from './scan-hoist.ts';
import { Reach, reachOf, ScanOutside } from './scan-outside.ts';
import { emitScan, neededUpTo, portsOf, type Scan } from './scan-ports.ts';
import type { ScanResults } from './scan-prune.ts';

/**
 * If only ys need a product of a value and a constant, moves the product after the scan: the value is stacked instead,
 * and one product computes the result for all iterations. Nodes that compute with the product are moved too.
 */
export function sinkFromScan(b: GraphBuilder, scan: Scan): ScanResults | null {
  const { body } = scan.attributes;
  const reach = reachOf(scan);
  const sunk = sunkValues(scan, reach);
  if (sunk.size === 0) return null;
  const ports = portsOf(scan);
  const borders = new Set<Value>();
  for (const { operands, results } of body.nodes) {
    if (!sunk.has(results[0])) continue;
    for (const operand of operands) {
      if (!sunk.has(operand) && reach[operand] > Reach.constants) borders.add(operand);
    }
  }
  const isSlice = (value: Value): boolean => ports.slices.some(({ inside }) => inside.includes(value));
  const staying = ports.ys.filter((value) => !sunk.has(value));
  const stacked = [...new Set([...staying, ...borders])].filter((value) => staying.includes(value) || !isSlice(value));
  const results = emitScan(b, scan, { ...ports, ys: stacked });
  const outside = new ScanOutside(b, scan, reach);
  stacked.forEach((value, i) => {
    outside.setStack(value, results[ports.carries.length + i]);
  });
  const ys: Value[] = [];
  for (const value of ports.ys) {
    const stack = sunk.has(value)
      ? (outside.get(value)?.value ?? null)
      : results[ports.carries.length + stacked.indexOf(value)];
    if (stack === null) return null;
    ys.push(stack);
  }
  return [...results.slice(0, ports.carries.length), ...ys];
}

/** Returns the products that can be moved after the scan, and all values computed from them. */
function sunkValues(scan: Scan, reach: readonly number[]): ReadonlySet<Value> {
  const { body } = scan.attributes;
  const { carries } = portsOf(scan);
  const inCarries = neededUpTo(
    body,
    carries.map(({ next }) => next),
    new Set(),
  );
  // Nodes are processed in reverse order, so that the readers of a value are known before the value is.
  const stuck = new Set<Value>();
  const products = new Set<Value>();
  for (const node of body.nodes.toReversed()) {
    const canMove =
      node.results.length === 1 && isBatchable(node) && !inCarries[node.results[0]] && !stuck.has(node.results[0]);
    if (canMove && isProjection(node, reach) && reach[node.results[0]] >= Reach.slices) products.add(node.results[0]);
    if (!canMove) for (const operand of node.operands) stuck.add(operand);
  }
  const sunk = new Set<Value>();
  for (const { operands, results } of body.nodes) {
    if (products.has(results[0]) || operands.some((operand) => sunk.has(operand))) sunk.add(results[0]);
  }
  return sunk;
}

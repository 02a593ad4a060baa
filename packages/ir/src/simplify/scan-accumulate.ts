import type { GraphBuilder } from '../graph/builder.ts';
import type { AxisPair, Node, Value } from '../graph/graph.ts';
import { producers } from '../graph/parts.ts';
import { sizeOf } from '../types/shape.ts';
import { type NodeOf, numberOf } from './match.ts';
import { isFree, Reach, reachOf } from './scan-outside.ts';
import { type CarryPort, emitScan, portsOf, type Scan } from './scan-ports.ts';
import type { ScanResults } from './scan-prune.ts';

/** A summand that each iteration adds to a carry: a reduction or product, followed by layout operators. */
interface Term {
  readonly reduction: NodeOf<'dot'> | NodeOf<'reduceSum'>;
  readonly layouts: readonly Node[];
}

/**
 * Removes carries to which each iteration only adds a product, such as the cotangents of weights in a backward pass.
 * Instead, the operands are stacked, and one product after the scan computes the sum over all iterations. Carries to
 * which each iteration adds a sum are removed in the same way if its operand is stacked anyway.
 */
export function sumAfterScan(b: GraphBuilder, scan: Scan): ScanResults | null {
  const reach = reachOf(scan);
  const ports = portsOf(scan);
  const isSlice = (value: Value): boolean => ports.slices.some(({ inside }) => inside.includes(value));
  const makers = producers(scan.attributes.body);
  const { types } = scan.attributes.body;
  // A value in which elements are repeated, such as overlapping windows, would take much more memory if it were
  // stacked.
  const repeats = (value: Value): boolean => {
    const maker = makers[value];
    if (maker === undefined || !isFree(maker)) return false;
    return maker.operands.every((operand) => sizeOf(types[operand].shape) < sizeOf(types[value].shape));
  };
  const ys = [...ports.ys];
  const found = new Map<CarryPort, readonly Term[]>();
  // Products are moved first, because a sum is moved only if its operand is already stacked, perhaps for a product.
  for (const allowed of [isBatchedProduct, isProductOrStackedSum]) {
    for (const carry of ports.carries) {
      if (found.has(carry)) continue;
      const terms = addedTerms(scan, carry);
      if (terms === null || !terms.every(({ reduction }) => allowed(reduction))) continue;
      found.set(carry, terms);
      for (const { reduction } of terms) {
        for (const operand of reduction.operands) if (!isSlice(operand) && !ys.includes(operand)) ys.push(operand);
      }
    }
  }
  if (found.size === 0) return null;

  const carries = ports.carries.filter((carry) => !found.has(carry));
  const emitted = emitScan(b, scan, { ...ports, carries, ys });
  const stackOf = (value: Value): Value => {
    const slice = ports.slices.find(({ inside }) => inside.includes(value));
    return slice?.outside ?? emitted[carries.length + ys.indexOf(value)];
  };
  const last = ports.carries.map((carry) => {
    const terms = found.get(carry);
    if (terms === undefined) return emitted[carries.indexOf(carry)];
    const sums = terms.map((term) => sumOverIterations(b, term, stackOf));
    // Adding 0 has no effect here: it only changes -0, and the sum of all iterations, which starts from 0, is never -0.
    const parts = numberOf(b, carry.initial) === 0 ? sums : [carry.initial, ...sums];
    return parts.reduce((sum, part) => b.add(sum, part));
  });
  return [...last, ...emitted.slice(carries.length, carries.length + ports.ys.length)];

  function isBatchedProduct({ op, operands }: Term['reduction']): boolean {
    return op === 'dot' && operands.every((operand) => reach[operand] >= Reach.slices && !repeats(operand));
  }
  function isProductOrStackedSum(reduction: Term['reduction']): boolean {
    const [operand] = reduction.operands;
    return isBatchedProduct(reduction) || (reduction.op === 'reduceSum' && (isSlice(operand) || ys.includes(operand)));
  }
}

/**
 * Returns the summands that each iteration adds to a carry. Returns null if an iteration uses the carry in any other
 * way, or if a summand is neither a product nor a reduction.
 */
function addedTerms({ attributes: { body } }: Scan, { inside, next }: CarryPort): readonly Term[] | null {
  const makers = producers(body);
  const uses = new Array<number>(body.types.length).fill(0);
  for (const { operands } of body.nodes) for (const operand of operands) uses[operand]++;
  for (const output of body.outputs) uses[output]++;
  if (uses[inside] !== 1) return null;
  const terms: Term[] = [];
  let meetsCarry = false;
  const collect = (value: Value): boolean => {
    if (value === inside) {
      meetsCarry = true;
      return true;
    }
    const maker = makers[value];
    if (maker?.op === 'add' && uses[value] === 1) return maker.operands.every(collect);
    const term = termOf(makers, value);
    if (term !== null) terms.push(term);
    return term !== null;
  };
  return collect(next) && meetsCarry && terms.length > 0 ? terms : null;
}

function termOf(makers: readonly (Node | undefined)[], value: Value): Term | null {
  const layouts: Node[] = [];
  for (let at = value; ; ) {
    const maker = makers[at];
    if (maker?.op === 'dot' || maker?.op === 'reduceSum') return { reduction: maker, layouts };
    if (maker?.op !== 'transpose' && maker?.op !== 'reshape') return null;
    layouts.unshift(maker);
    [at] = maker.operands;
  }
}

function sumOverIterations(b: GraphBuilder, { reduction, layouts }: Term, stackOf: (value: Value) => Value): Value {
  let sum: Value;
  if (reduction.op === 'dot') {
    const { batch, contract } = reduction.attributes;
    const shifted = ([left, right]: AxisPair): AxisPair => [left + 1, right + 1];
    const [left, right] = reduction.operands;
    sum = b.dot(stackOf(left), stackOf(right), batch.map(shifted), [[0, 0], ...contract.map(shifted)]);
  } else {
    const { axes } = reduction.attributes;
    sum = b.reduceSum(stackOf(reduction.operands[0]), [0, ...axes.map((axis) => axis + 1)]);
  }
  for (const layout of layouts) [sum] = b.append(layout, [sum]);
  return sum;
}

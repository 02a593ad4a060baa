import type { GraphBuilder } from '../graph/builder.ts';
import type { AxisPair, Node, Value } from '../graph/graph.ts';
import { producers } from '../graph/parts.ts';
import { sizeOf } from '../types/shape.ts';
import { type NodeOf, numberOf } from './match.ts';
import { isFree, Reach, reachOf } from './scan-outside.ts';
import { type CarryPort, emitScan, portsOf, type Scan } from './scan-ports.ts';
import type { ScanResults } from './scan-prune.ts';

/** A sum over all turns as one reduction of what the turns have stacked, and the layouts that come after it. */
interface Term {
  readonly reduction: NodeOf<'dot'> | NodeOf<'reduceSum'>;
  readonly layouts: readonly Node[];
}

/**
 * Carries that turns only add products to, such as the cotangents of weights, become one product behind the scan, whose
 * operands the turns stack: it sums up over the turns too. Sums of what is stacked anyway likewise.
 */
export function sumBehindScan(b: GraphBuilder, scan: Scan): ScanResults | null {
  const reach = reachOf(scan);
  const ports = portsOf(scan);
  const isSlice = (value: Value): boolean => ports.slices.some(({ inside }) => inside.includes(value));
  const makers = producers(scan.attributes.body);
  const { types } = scan.attributes.body;
  // What says one thing many times, as overlapping windows do, would be stacked that often.
  const repeats = (value: Value): boolean => {
    const maker = makers[value];
    if (maker === undefined || !isFree(maker)) return false;
    return maker.operands.every((operand) => sizeOf(types[operand].shape) < sizeOf(types[value].shape));
  };
  const ys = [...ports.ys];
  const found = new Map<CarryPort, readonly Term[]>();
  // Products first: what they stack, sums may use.
  for (const allowed of [isProductOfTurns, isProductOrStackedSum]) {
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
  const made = emitScan(b, scan, { ...ports, carries, ys });
  const stackOf = (value: Value): Value => {
    const slice = ports.slices.find(({ inside }) => inside.includes(value));
    return slice?.outside ?? made[carries.length + ys.indexOf(value)];
  };
  const last = ports.carries.map((carry) => {
    const terms = found.get(carry);
    if (terms === undefined) return made[carries.indexOf(carry)];
    const sums = terms.map((term) => sumOverTurns(b, term, stackOf));
    // A sum begins with 0 by itself, and so is never -0.
    const parts = numberOf(b, carry.initial) === 0 ? sums : [carry.initial, ...sums];
    return parts.reduce((sum, part) => b.add(sum, part));
  });
  return [...last, ...made.slice(carries.length, carries.length + ports.ys.length)];

  function isProductOfTurns({ op, operands }: Term['reduction']): boolean {
    return op === 'dot' && operands.every((operand) => reach[operand] >= Reach.slices && !repeats(operand));
  }
  function isProductOrStackedSum(reduction: Term['reduction']): boolean {
    const [operand] = reduction.operands;
    return isProductOfTurns(reduction) || (reduction.op === 'reduceSum' && (isSlice(operand) || ys.includes(operand)));
  }
}

/** What each turn adds to a carry, if that is all that turns do with it and if all of it is reduced. */
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

function sumOverTurns(b: GraphBuilder, { reduction, layouts }: Term, stackOf: (value: Value) => Value): Value {
  let sum: Value;
  if (reduction.op === 'dot') {
    const { batch, contract } = reduction.attributes;
    const behind = ([left, right]: AxisPair): AxisPair => [left + 1, right + 1];
    const [left, right] = reduction.operands;
    sum = b.dot(stackOf(left), stackOf(right), batch.map(behind), [[0, 0], ...contract.map(behind)]);
  } else {
    const { axes } = reduction.attributes;
    sum = b.reduceSum(stackOf(reduction.operands[0]), [0, ...axes.map((axis) => axis + 1)]);
  }
  for (const layout of layouts) [sum] = b.append(layout, [sum]);
  return sum;
}

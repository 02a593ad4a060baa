import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { madeBy } from './match.ts';
import { type CarryPort, emitScan, neededUpTo, type Port, portsOf, type Scan, type ScanPorts } from './scan-ports.ts';

/** What stands for each result of a scan; null for those that nobody uses. */
export type ScanResults = readonly (Value | null)[];

/** A scan of no turns is its operands, and one of a single turn its body. */
export function unrollTrivial(b: GraphBuilder, { operands, attributes }: Scan): ScanResults | null {
  const { body, carries, xs, length } = attributes;
  if (length > 1) return null;
  if (length === 0) {
    const empty = body.outputs.slice(carries).map((output) => {
      const { dtype, shape } = body.types[output];
      return b.constant(0, dtype, [0, ...shape]);
    });
    return [...operands.slice(0, carries), ...empty];
  }
  const given = operands.map((operand, i) =>
    i >= carries && i < carries + xs ? b.reshape(operand, b.shape(operand).slice(1)) : operand,
  );
  const made = b.inline(body, given);
  return made.map((value, i) => (i < carries ? value : b.reshape(value, [1, ...b.shape(value)])));
}

/**
 * A scan without what has no effect: results that nobody uses, carries that never change, inputs that are not read or
 * that are given twice, slices that are all alike, and ys that are an x or a constant as they stand.
 *
 * @param used whether each result is
 */
export function pruneScan(b: GraphBuilder, scan: Scan, used: readonly boolean[]): ScanResults | null {
  const { body, length } = scan.attributes;
  const ports = portsOf(scan);
  const keeps = ports.carries.filter(({ inside, next }) => inside === next);
  const constants = mergedPorts([
    ...ports.constants,
    ...keeps.map(({ initial, inside }) => ({ outside: initial, inside: [inside] })),
  ]);
  const slices = mergedPorts(ports.slices);
  const sameEachTurn = slices.map(({ outside, inside }) => ({ inside, outside: repeatedSlice(b, outside) }));
  const lasting: ScanPorts = {
    carries: neededCarries(scan, ports, used).filter((carry) => !keeps.includes(carry)),
    slices: slices.filter((_, i) => sameEachTurn[i].outside === null),
    constants: mergedPorts([
      ...constants,
      ...sameEachTurn.flatMap(({ inside, outside }) => (outside === null ? [] : [{ inside, outside }])),
    ]),
    literals: [],
    ys: [],
  };
  const next = { ...withLiterals(b, lasting), ys: neededYs(ports, lasting, used) };

  const before = countPorts(ports);
  const needed = neededUpTo(body, [...next.carries.map((carry) => carry.next), ...next.ys], givenBy(next));
  const after = countPorts({
    ...next,
    slices: next.slices.filter(({ inside }) => inside.some((value) => needed[value])),
    constants: next.constants.filter(({ inside }) => inside.some((value) => needed[value])),
  });
  if (before === after) return null;
  const made = emitScan(b, scan, next);
  return body.outputs.map((output, i) => {
    if (!used[i]) return null;
    if (i < ports.carries.length) {
      const carry = ports.carries[i];
      return keeps.includes(carry) ? carry.initial : made[next.carries.indexOf(carry)];
    }
    const at = next.ys.indexOf(output);
    return at >= 0 ? made[next.carries.length + at] : stackOutside(b, output, lasting, length);
  });
}

/** The carries whose results are used, or that turns need to compute these or the ys that are. */
function neededCarries(
  { attributes: { body } }: Scan,
  { carries, ys }: ScanPorts,
  used: readonly boolean[],
): readonly CarryPort[] {
  const wanted = carries.map((_, i) => used[i]);
  for (let settled = false; !settled; ) {
    settled = true;
    const outputs = [
      ...carries.filter((_, i) => wanted[i]).map(({ next }) => next),
      ...ys.filter((_, i) => used[carries.length + i]),
    ];
    const needed = neededUpTo(body, outputs, new Set());
    carries.forEach(({ inside }, i) => {
      if (wanted[i] || !needed[inside]) return;
      wanted[i] = true;
      settled = false;
    });
  }
  return carries.filter((_, i) => wanted[i]);
}

/** The ys that have to be stacked turn by turn, each once. */
function neededYs({ carries, ys }: ScanPorts, lasting: ScanPorts, used: readonly boolean[]): readonly Value[] {
  const outside = new Set([...lasting.slices, ...lasting.constants].flatMap(({ inside }) => inside));
  return [...new Set(ys.filter((value, i) => used[carries.length + i] && !outside.has(value)))];
}

/** A y that is an x, or the same in every turn. */
function stackOutside(b: GraphBuilder, y: Value, { slices, constants }: ScanPorts, length: number): Value {
  const slice = slices.find(({ inside }) => inside.includes(y));
  if (slice !== undefined) return slice.outside;
  const constant = constants.find(({ inside }) => inside.includes(y));
  if (constant === undefined) throw new Error(`y ${y} of a scan is neither stacked nor there.`);
  const shape = b.shape(constant.outside);
  return b.expand(
    constant.outside,
    [length, ...shape],
    shape.map((_, axis) => axis + 1),
  );
}

/** What every slice along axis 0 is, if they are all alike; null otherwise. */
function repeatedSlice(b: GraphBuilder, x: Value): Value | null {
  const [, ...shape] = b.shape(x);
  const constant = madeBy(b, x, 'constant');
  if (constant !== null) {
    const { value } = constant.attributes;
    return typeof value === 'number' ? b.constant(value, b.dtype(x), shape) : null;
  }
  const repeated = madeBy(b, x, 'expand');
  if (repeated === null || repeated.attributes.axes.includes(0)) return null;
  return b.expand(
    repeated.operands[0],
    shape,
    repeated.attributes.axes.map((axis) => axis - 1),
  );
}

/** Constants that are one number everywhere are written into the body, where rules see them. */
function withLiterals(b: GraphBuilder, ports: ScanPorts): ScanPorts {
  const literals = ports.constants.flatMap(({ outside, inside }) => {
    const node = madeBy(b, outside, 'constant');
    return node !== null && typeof node.attributes.value === 'number' ? [{ attributes: node.attributes, inside }] : [];
  });
  const isLiteral = ({ inside }: Port): boolean => literals.some((literal) => literal.inside === inside);
  return { ...ports, constants: ports.constants.filter((port) => !isLiteral(port)), literals };
}

/** Ports of the same value outside as one. */
function mergedPorts(ports: readonly Port[]): readonly Port[] {
  const merged = new Map<Value, Value[]>();
  for (const { outside, inside } of ports) {
    const known = merged.get(outside);
    if (known === undefined) merged.set(outside, [...inside]);
    else known.push(...inside);
  }
  return [...merged].map(([outside, inside]) => ({ outside, inside }));
}

function givenBy({ carries, slices, constants, literals }: ScanPorts): ReadonlySet<Value> {
  return new Set([
    ...carries.map(({ inside }) => inside),
    ...[...slices, ...constants, ...literals].flatMap(({ inside }) => inside),
  ]);
}

function countPorts({ carries, slices, constants, ys }: ScanPorts): string {
  return [carries, slices, constants, ys].map((ports) => ports.length).join();
}

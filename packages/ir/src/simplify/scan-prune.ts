import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { madeBy } from './match.ts';
import { type CarryPort, emitScan, neededUpTo, type Port, portsOf, type Scan, type ScanPorts } from './scan-ports.ts';

/** For each result of a scan, the value that replaces it; null for unused results. */
export type ScanResults = readonly (Value | null)[];

/** Replaces a scan of length 0 by its operands and a scan of length 1 by its body. */
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
 * Removes superfluous parts of a scan: unused results, carries that never change, inputs that are unused or duplicates,
 * xs whose slices are all equal, and ys that equal an x or a constant. Returns null if nothing changes.
 *
 * @param used for each result, whether it is used
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
  const withRepeats = slices.map(({ outside, inside }) => ({ inside, outside: repeatedSlice(b, outside) }));
  const lasting: ScanPorts = {
    carries: neededCarries(scan, ports, used).filter((carry) => !keeps.includes(carry)),
    slices: slices.filter((_, i) => withRepeats[i].outside === null),
    constants: mergedPorts([
      ...constants,
      ...withRepeats.flatMap(({ inside, outside }) => (outside === null ? [] : [{ inside, outside }])),
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
  const results = emitScan(b, scan, next);
  return body.outputs.map((output, i) => {
    if (!used[i]) return null;
    if (i < ports.carries.length) {
      const carry = ports.carries[i];
      return keeps.includes(carry) ? carry.initial : results[next.carries.indexOf(carry)];
    }
    const at = next.ys.indexOf(output);
    return at >= 0 ? results[next.carries.length + at] : stackOutside(b, output, lasting, length);
  });
}

/** Returns the carries whose results are used, or that the body needs to compute used results. */
function neededCarries(
  { attributes: { body } }: Scan,
  { carries, ys }: ScanPorts,
  used: readonly boolean[],
): readonly CarryPort[] {
  const isNeeded = carries.map((_, i) => used[i]);
  for (let settled = false; !settled; ) {
    settled = true;
    const outputs = [
      ...carries.filter((_, i) => isNeeded[i]).map(({ next }) => next),
      ...ys.filter((_, i) => used[carries.length + i]),
    ];
    const needed = neededUpTo(body, outputs, new Set());
    carries.forEach(({ inside }, i) => {
      if (isNeeded[i] || !needed[inside]) return;
      isNeeded[i] = true;
      settled = false;
    });
  }
  return carries.filter((_, i) => isNeeded[i]);
}

/** Returns the values that the scan must still return as ys, without duplicates. */
function neededYs({ carries, ys }: ScanPorts, lasting: ScanPorts, used: readonly boolean[]): readonly Value[] {
  const outside = new Set([...lasting.slices, ...lasting.constants].flatMap(({ inside }) => inside));
  return [...new Set(ys.filter((value, i) => used[carries.length + i] && !outside.has(value)))];
}

/**
 * Returns a result y of a scan without computing it in the scan, for a y that equals an x or is the same in every
 * iteration.
 */
function stackOutside(b: GraphBuilder, y: Value, { slices, constants }: ScanPorts, length: number): Value {
  const slice = slices.find(({ inside }) => inside.includes(y));
  if (slice !== undefined) return slice.outside;
  const constant = constants.find(({ inside }) => inside.includes(y));
  if (constant === undefined) throw new Error(`y ${y} of a scan is neither stacked nor available outside.`);
  const shape = b.shape(constant.outside);
  return b.expand(
    constant.outside,
    [length, ...shape],
    shape.map((_, axis) => axis + 1),
  );
}

/** Returns a slice of a value along axis 0 if all of its slices are equal because it is broadcast; otherwise null. */
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

/**
 * Moves constants whose elements are all equal from the inputs into the body, where simplification rules can use them.
 */
function withLiterals(b: GraphBuilder, ports: ScanPorts): ScanPorts {
  const literals = ports.constants.flatMap(({ outside, inside }) => {
    const node = madeBy(b, outside, 'constant');
    return node !== null && typeof node.attributes.value === 'number' ? [{ attributes: node.attributes, inside }] : [];
  });
  const isLiteral = ({ inside }: Port): boolean => literals.some((literal) => literal.inside === inside);
  return { ...ports, constants: ports.constants.filter((port) => !isLiteral(port)), literals };
}

/** Merges inputs of the body that are the same value outside the scan. */
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

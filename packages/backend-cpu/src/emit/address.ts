import { axisFactor, type KernelAccess } from '@manabi/compiler';
import type { IndexAtom, IndexExpr, IndexTerm } from '@manabi/ir';
import { pushScaled } from '../wasm/index.ts';
import { elementCode } from './element.ts';
import type { AxisLocation, Emission, Lane, Pointer } from './emission.ts';
import { pushValue } from './values.ts';

/** Returns where the current value of an axis is stored; an enclosing loop must iterate over the axis. */
function axisLocation(e: Emission, axis: number): AxisLocation {
  const location = e.axes[axis];
  if (location !== undefined) return location;
  throw new Error(`Kernel ${e.kernel.name} reads axis ${axis} outside the loop over that axis.`);
}

/** Returns the value of an axis in a lane of a vector minus its current value in the loop. */
function laneDistance(e: Emission, axis: number, at: Lane | null): number {
  if (at === null || e.region === null) return 0;
  const { along, across } = e.region.instances[at.instance];
  if (axis === e.region.axis) return along + at.lane;
  return axis === e.region.acrossAxis ? across : 0;
}

/**
 * Writes code that pushes the value of an index expression as i32, in lane `at` of a vectorized loop. `at` is null if
 * the value is the same in all lanes.
 */
export function pushIndex(e: Emission, index: IndexExpr, at: Lane | null): void {
  let constant = index.constant;
  let pushed = false;
  for (const { atom, factor } of index.terms) {
    if (atom.kind === 'axis') {
      const location = axisLocation(e, atom.axis);
      constant += factor * laneDistance(e, atom.axis, at);
      if (location.kind === 'constant') {
        constant += factor * location.value;
        continue;
      }
      if (location.kind === 'given') constant += factor * location.offset;
      pushScaled(e.f, location.local, factor);
    } else {
      pushAtom(e, atom, at);
      if (factor !== 1) e.f.i32(factor).op('i32.mul');
    }
    if (pushed) e.f.op('i32.add');
    pushed = true;
  }
  if (!pushed) e.f.i32(constant | 0);
  else if (constant !== 0) e.f.i32(constant | 0).op('i32.add');
}

function pushAtom(e: Emission, atom: Exclude<IndexAtom, { kind: 'axis' }>, at: Lane | null): void {
  if (atom.kind === 'data') {
    pushValue(e, atom.scalar, at);
    return;
  }
  // Only values that are equal in all lanes are kept in locals, so the local is valid for every lane.
  const known = e.atoms.get(atomKey(atom));
  if (known !== undefined) {
    e.f.get(known);
    return;
  }
  pushIndex(e, atom.of, at);
  const { by } = atom;
  const power = (by & (by - 1)) === 0;
  if (atom.kind === 'quotient') e.f.i32(power ? 31 - Math.clz32(by) : by).op(power ? 'i32.shr_u' : 'i32.div_u');
  else e.f.i32(power ? by - 1 : by).op(power ? 'i32.and' : 'i32.rem_u');
}

/** Returns a text that is equal for equal atoms (axes, quotients, remainders, or data) of index expressions. */
export function atomKey(atom: IndexAtom): string {
  switch (atom.kind) {
    case 'axis':
      return `a${atom.axis}`;
    case 'data':
      return `s${atom.scalar}`;
    case 'quotient':
    case 'remainder': {
      const terms = atom.of.terms.map((term) => `${term.factor}*${atomKey(term.atom)}`);
      return `(${[...terms, atom.of.constant].join('+')})${atom.kind === 'quotient' ? '/' : '%'}${atom.by}`;
    }
  }
}

/**
 * Writes code that pushes the byte address of an access in one lane, and returns the constant offset for the memory
 * instruction.
 */
export function pushAddress(e: Emission, { slot, index }: KernelAccess, at: Lane | null): number {
  const { bytes } = elementCode[e.slots[slot].dtype];
  let offset = index.constant * bytes;
  const given: [number, number][] = [];
  const others: IndexTerm[] = [];
  let mayBorrow = false;
  for (const term of index.terms) {
    const { atom, factor } = term;
    if (atom.kind !== 'axis') {
      others.push(term);
      if (factor < 0) mayBorrow = true;
      continue;
    }
    const location = axisLocation(e, atom.axis);
    offset += factor * bytes * laneDistance(e, atom.axis, at);
    if (location.kind === 'constant') offset += factor * bytes * location.value;
    if (location.kind === 'given') {
      given.push([location.local, factor * bytes]);
      offset += factor * bytes * location.offset;
      if (factor < 0) mayBorrow = true;
    }
  }

  const pointer = pointerOf(e, { slot, index });
  offset += pointer.offset;
  e.f.get(pointer.local);
  for (const [local, factor] of given) {
    pushScaled(e.f, local, factor);
    e.f.op('i32.add');
  }
  for (const { atom, factor } of others) {
    if (atom.kind === 'axis') continue;
    pushAtom(e, atom, at);
    pushTimes(e, factor * bytes);
    e.f.op('i32.add');
  }
  // Neither the offset of a memory instruction nor the address below it may be negative.
  if (offset >= 0 && !mayBorrow) return offset;
  e.f.i32(offset).op('i32.add');
  return 0;
}

function pushTimes(e: Emission, factor: number): void {
  if (factor > 0 && (factor & (factor - 1)) === 0) {
    if (factor > 1) e.f.i32(31 - Math.clz32(factor)).op('i32.shl');
  } else {
    e.f.i32(factor).op('i32.mul');
  }
}

/** Returns the pointer that the loops around an access advance, or the start of the slot if no loop does. */
function pointerOf(e: Emission, access: KernelAccess): Pointer {
  const found = e.pointers.get(pointerKey(e, access));
  if (found !== undefined) return found;
  throw new Error(`Kernel ${e.kernel.name} has no pointer into slot ${access.slot}.`);
}

/** Returns a text that is equal for accesses whose addresses differ by the same constant in all iterations. */
export function pointerKey(e: Emission, { slot, index }: KernelAccess): string {
  const factors: string[] = [];
  for (let axis = 0; axis < e.axes.length; axis++) {
    if (e.axes[axis]?.kind !== 'counted') continue;
    const factor = axisFactor(index, axis);
    if (factor !== 0) factors.push(`${axis}*${factor}`);
  }
  return `${slot}:${factors.join('+')}`;
}

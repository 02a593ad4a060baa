import {
  accessesOf,
  axisFactor,
  type Block,
  forEachIndexScalar,
  indexesOf,
  indexVaries,
  type KernelLoop,
} from '@manabi/compiler';
import type { IndexAtom, IndexExpr } from '@manabi/ir';
import { type LocalId, limitTo, pushScaled } from '../wasm/index.ts';
import { atomKey, pointerKey, pushIndex } from './address.ts';
import { elementCode } from './element.ts';
import { type Emission, misplaced, regionAxes } from './emission.ts';
import { type Moves, movesOf, moveToTotals } from './long-sums.ts';

/** Range of iterations that one call of a kernel runs, if its loop is divided into tasks. */
export interface TaskRange {
  /** First iteration of the range, and its end (exclusive), which may exceed the extent in the last task. */
  readonly begin: LocalId;
  readonly end: LocalId;
}

/** Writes one iteration of a loop. The index along its axis is the constant `value`. */
export function withConstant(e: Emission, { axis, body }: KernelLoop, value: number, write: () => void): void {
  e.axes[axis] = { kind: 'constant', value };
  const atoms = keepAtoms(e, axis, body);
  write();
  for (const key of atoms) e.atoms.delete(key);
  e.axes[axis] = undefined;
}

/** Extent of a loop, number of axis values that an iteration covers, and range of iterations of a task. */
export interface Counting {
  readonly extent: number;
  readonly step: number;
  readonly range: TaskRange | null;
}

/** Writes a loop with a counter, and with one moving pointer for all accesses that have the same `pointerKey`. */
export function emitCounted(e: Emission, loop: KernelLoop, { extent, step, range }: Counting, write: () => void): void {
  const { f } = e;
  const { axis, body } = loop;
  const counter = f.local('i32');
  if (range === null) f.i32(0).set(counter);
  else f.get(range.begin).set(counter);

  const accesses = accessesOf(body).filter(({ index }) => axisFactor(index, axis) !== 0);
  const outer = accesses.map((access) => e.pointers.get(pointerKey(e, access)));
  e.axes[axis] = { kind: 'counted', local: counter };
  const moved = new Map<string, { local: LocalId; bytes: number }>();
  accesses.forEach((access, i) => {
    const key = pointerKey(e, access);
    const from = outer[i];
    if (moved.has(key) || from === undefined) return;
    const bytes = axisFactor(access.index, axis) * elementCode[e.slots[access.slot].dtype].bytes;
    // A decreasing pointer starts at its highest value, which keeps it from falling below the start of its slot.
    const lead = bytes < 0 ? -bytes * (extent - step) : 0;
    const local = f.local('i32');
    f.get(from.local);
    if (lead > 0) f.i32(lead).op('i32.add');
    if (range !== null) {
      pushScaled(f, counter, bytes);
      f.op('i32.add');
    }
    f.set(local);
    moved.set(key, { local, bytes: bytes * step });
    e.pointers.set(key, { local, offset: from.offset - lead });
  });

  const writeIteration = (): void => {
    const atoms = keepAtoms(e, axis, body);
    write();
    for (const key of atoms) e.atoms.delete(key);
    for (const { local, bytes } of moved.values()) f.get(local).i32(bytes).op('i32.add').set(local);
    f.get(counter).i32(step).op('i32.add');
  };
  const moves = movesOf(e, body, Math.ceil(extent / step));
  if (moves !== null) {
    if (range !== null) throw misplaced(e, 'a sum over tasks');
    emitInRuns(e, counter, extent, moves.every * step, writeIteration, moves);
  } else if (range === null) {
    f.loop((again) => {
      writeIteration();
      f.tee(counter).i32(extent).op('i32.lt_s').brIf(again);
    });
  } else {
    const end = f.local('i32');
    f.get(range.end).set(end);
    limitTo(f, end, extent);
    f.block((done) => {
      f.get(counter).get(end).op('i32.ge_s').brIf(done);
      f.loop((again) => {
        writeIteration();
        f.tee(counter).get(end).op('i32.lt_s').brIf(again);
      });
    });
  }
  for (const key of moved.keys()) e.pointers.delete(key);
  e.axes[axis] = undefined;
}

/**
 * Writes a loop as an outer and an inner loop. After every `run` iterations, the outer loop adds the float32 sums to
 * their float64 totals.
 */
function emitInRuns(
  e: Emission,
  counter: LocalId,
  extent: number,
  run: number,
  writeIteration: () => void,
  { accumulators }: Moves,
): void {
  const { f } = e;
  const end = f.local('i32');
  f.loop((next) => {
    f.get(counter).i32(run).op('i32.add').set(end);
    if (extent % run !== 0) limitTo(f, end, extent);
    f.loop((again) => {
      writeIteration();
      f.tee(counter).get(end).op('i32.lt_s').brIf(again);
    });
    for (const accumulator of accumulators) {
      const location = e.accumulators[accumulator];
      if (location !== undefined) moveToTotals(e, location);
    }
    f.get(counter).i32(extent).op('i32.lt_s').brIf(next);
  });
}

/**
 * Writes code that computes those quotients and remainders of a loop body that depend only on axes of the loop and the
 * loops around it, and keeps them in locals. Returns their keys in `Emission.atoms`.
 */
function keepAtoms(e: Emission, axis: number, body: Block): string[] {
  const kept: string[] = [];
  const region = e.region;
  const isKnown = (index: IndexExpr): boolean =>
    index.terms.every(({ atom }) =>
      atom.kind === 'axis' ? e.axes[atom.axis] !== undefined : atom.kind !== 'data' && isKnown(atom.of),
    );
  const isUniform = (index: IndexExpr): boolean =>
    region === null || !indexVaries(index, regionAxes(region), new Set());
  const keep = (atom: IndexAtom): void => {
    if (atom.kind === 'axis' || atom.kind === 'data') return;
    for (const term of atom.of.terms) keep(term.atom);
    const key = atomKey(atom);
    const index: IndexExpr = { constant: 0, terms: [{ atom, factor: 1 }] };
    if (e.atoms.has(key) || !isKnown(atom.of) || !isUniform(index) || !indexVaries(index, [axis], new Set())) return;
    let readsData = false;
    forEachIndexScalar(index, () => {
      readsData = true;
    });
    if (readsData) return;
    pushIndex(e, index, null);
    const local = e.f.local('i32');
    e.f.set(local);
    e.atoms.set(key, local);
    kept.push(key);
  };
  for (const index of indexesOf(body)) for (const { atom } of index.terms) keep(atom);
  return kept;
}

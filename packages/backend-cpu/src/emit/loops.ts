import type { Block, Statement } from '@manabi/compiler';
import type { IndexAtom, IndexExpr } from '@manabi/ir';
import { type LocalId, pushScaled } from '../wasm/index.ts';
import { atomKey, axisFactor, pointerKey, pushIndex } from './address.ts';
import { elementCode } from './element.ts';
import type { Emission, Instance } from './emission.ts';
import { keepSplat } from './values.ts';
import { splattedIn, type VectorChoice } from './vector-choice.ts';
import { accessesOf, definitionsOf, forEachIndexScalar, indexesOf, indexVaries } from './walk.ts';

type Loop = Extract<Statement, { kind: 'loop' }>;
type EmitBlock = (e: Emission, block: Block) => void;

/** The turns that one call runs, where a loop is divided into tasks. */
export interface TaskRange {
  /** The first turn and the one after the last, as if the extent were a multiple of a task's turns. */
  readonly begin: LocalId;
  readonly end: LocalId;
}

/** Writes a loop over all turns of its axis, or over those of a range of tasks. */
export function emitLoop(e: Emission, loop: Loop, emitBlock: EmitBlock, range: TaskRange | null = null): void {
  const { extent } = e.kernel.axes[loop.axis];
  if (extent === 0) return;
  const choice = e.region === null ? e.choices.get(loop) : undefined;
  if (choice !== undefined) {
    emitRegion(e, loop, choice, emitBlock, range);
  } else if (extent === 1) {
    withConstant(e, loop, 0, () => emitBlock(e, loop.body));
  } else {
    emitCounted(e, loop, { extent, step: 1, range }, () => emitBlock(e, loop.body));
  }
}

/** A loop in vectors: strips of several vectors, and then what is left in as many vectors as it takes. */
function emitRegion(
  e: Emission,
  loop: Loop,
  choice: VectorChoice,
  emitBlock: EmitBlock,
  range: TaskRange | null,
): void {
  const { f, kernel } = e;
  const { axis, body } = loop;
  const { extent } = kernel.axes[axis];
  const step = 4 * choice.jam;
  const whole = Math.floor(extent / step) * step;
  const rest = extent - whole;
  const region = { axis, acrossAxis: null, varying: choice.varying, splatted: splattedIn(body, choice.varying) };
  const inside = definitionsOf(body);

  for (const scalar of region.splatted) {
    const definition = e.definitions.get(scalar);
    if (definition?.kind === 'constant') e.values[scalar] = { kind: 'constant', value: definition.value };
    if (!inside.has(scalar) || definition?.kind === 'constant') keepSplat(e, scalar);
  }
  const outer = new Set(e.splats.keys());
  if (whole > 0) {
    e.region = { ...region, instances: instancesOf(choice.jam), lanes: 4 };
    if (whole === step && range === null) withConstant(e, loop, 0, () => emitBlock(e, body));
    else emitCounted(e, loop, { extent: whole, step, range }, () => emitBlock(e, body));
    for (const scalar of e.splats.keys()) if (!outer.has(scalar)) e.splats.delete(scalar);
  }
  if (rest > 0) {
    const count = Math.ceil(rest / 4);
    e.region = { ...region, instances: instancesOf(count), lanes: rest - 4 * (count - 1) };
    const emitRest = (): void => withConstant(e, loop, whole, () => emitBlock(e, body));
    if (range === null) emitRest();
    else f.get(range.end).i32(extent).op('i32.ge_s').if(emitRest);
  }
  e.region = null;
  e.splats.clear();
}

function instancesOf(count: number): Instance[] {
  return Array.from({ length: count }, (_, instance) => ({ along: 4 * instance, across: 0 }));
}

/** Writes code for one turn of an axis. */
function withConstant(e: Emission, { axis, body }: Loop, value: number, write: () => void): void {
  e.axes[axis] = { kind: 'constant', value };
  const atoms = keepAtoms(e, axis, body);
  write();
  for (const key of atoms) e.atoms.delete(key);
  e.axes[axis] = undefined;
}

interface Counting {
  readonly extent: number;
  readonly step: number;
  readonly range: TaskRange | null;
}

/** A loop that counts, and moves along a pointer for each kind of access that depends on it. */
function emitCounted(e: Emission, loop: Loop, { extent, step, range }: Counting, write: () => void): void {
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
    // A pointer that moves down starts as far up as it will go, so that it is never below the start of its slot.
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

  const writeTurn = (): void => {
    const atoms = keepAtoms(e, axis, body);
    write();
    for (const key of atoms) e.atoms.delete(key);
    for (const { local, bytes } of moved.values()) f.get(local).i32(bytes).op('i32.add').set(local);
    f.get(counter).i32(step).op('i32.add');
  };
  if (range === null) {
    f.loop((again) => {
      writeTurn();
      f.tee(counter).i32(extent).op('i32.lt_s').brIf(again);
    });
  } else {
    const end = f.local('i32');
    f.get(range.end).i32(extent).get(range.end).i32(extent).op('i32.lt_s', 'select').set(end);
    f.block((done) => {
      f.get(counter).get(end).op('i32.ge_s').brIf(done);
      f.loop((again) => {
        writeTurn();
        f.tee(counter).get(end).op('i32.lt_s').brIf(again);
      });
    });
  }
  for (const key of moved.keys()) e.pointers.delete(key);
  e.axes[axis] = undefined;
}

/** Computes the quotients and remainders that the body needs and that are known now; returns their keys. */
function keepAtoms(e: Emission, axis: number, body: Block): string[] {
  const kept: string[] = [];
  const region = e.region;
  const isKnown = (index: IndexExpr): boolean =>
    index.terms.every(({ atom }) =>
      atom.kind === 'axis' ? e.axes[atom.axis] !== undefined : atom.kind !== 'data' && isKnown(atom.of),
    );
  const isUniform = (index: IndexExpr): boolean =>
    region === null ||
    (!indexVaries(index, region.axis, new Set()) &&
      (region.acrossAxis === null || !indexVaries(index, region.acrossAxis, new Set())));
  const keep = (atom: IndexAtom): void => {
    if (atom.kind === 'axis' || atom.kind === 'data') return;
    for (const term of atom.of.terms) keep(term.atom);
    const key = atomKey(atom);
    const index: IndexExpr = { constant: 0, terms: [{ atom, factor: 1 }] };
    if (e.atoms.has(key) || !isKnown(atom.of) || !isUniform(index) || !indexVaries(index, axis, new Set())) return;
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

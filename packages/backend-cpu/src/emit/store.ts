import type { Statement } from '@manabi/compiler';
import type { ScatterMode } from '@manabi/ir';
import { pushAddress } from './address.ts';
import { pushCombined, pushCombinedVectors } from './combine.ts';
import { elementCode, loadElement, storeElement } from './element.ts';
import { activeLanes, type Emission, type Lane, type Region } from './emission.ts';
import { pushValue, pushVector } from './values.ts';
import { lanePattern, pushVectorLoad, storeVector } from './vector-memory.ts';

type Store = Extract<Statement, { kind: 'store' }>;

/** Writes a store: whole vectors if the elements are contiguous, otherwise element by element. */
export function emitStore(e: Emission, store: Store): void {
  // Such a store never runs, or runs only after an index was out of range.
  if (e.slots[store.slot].elements === 0) return;
  const { region } = e;
  if (region === null) {
    emitElementStore(e, store, null);
    return;
  }
  const contiguous = lanePattern(region, store) === 'contiguous';
  region.instances.forEach((_, instance) => {
    if (contiguous) emitVectorStore(e, region, store, instance);
    else {
      for (let lane = 0; lane < activeLanes(region, instance); lane++) emitElementStore(e, store, { instance, lane });
    }
  });
}

function emitVectorStore(e: Emission, region: Region, store: Store, instance: number): void {
  const { f } = e;
  const { dtype } = e.slots[store.slot];
  const value = f.local('v128');
  if (store.combine === 'set') {
    pushVector(e, store.value, instance);
  } else {
    const before = f.local('v128');
    pushVectorLoad(e, region, store, dtype, instance);
    f.set(before);
    const push = (): void => pushVector(e, store.value, instance);
    pushCombinedVectors(f, e.support, store.combine, dtype, (g) => g.get(before), push);
  }
  f.set(value);
  storeVector(e, region, store, dtype, instance, value);
}

function emitElementStore(e: Emission, store: Store, at: Lane | null): void {
  const { f } = e;
  const { dtype } = e.slots[store.slot];
  const offset = pushAddress(e, store, at);
  pushJoined(e, store, store.combine, at);
  storeElement(f, e.support, dtype, offset);
}

/**
 * Writes code that pushes the value to store. Unless `combine` is `set`, the value is combined with the existing
 * element.
 */
function pushJoined(e: Emission, store: Store, combine: ScatterMode, at: Lane | null): void {
  const { f } = e;
  const { dtype } = e.slots[store.slot];
  if (combine === 'set') {
    pushValue(e, store.value, at);
    return;
  }
  const before = f.local(elementCode[dtype].local);
  loadElement(f, e.support, dtype, pushAddress(e, store, at)).set(before);
  pushCombined(
    f,
    e.support,
    combine,
    dtype,
    (g) => g.get(before),
    () => pushValue(e, store.value, at),
  );
}

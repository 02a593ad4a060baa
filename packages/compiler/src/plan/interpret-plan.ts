import { type DType, type HostArray, ManabiError, sizeOf } from '@manabi/ir';
import { fromReference, referenceStorage, references, toReference } from '@manabi/ir/reference';
import type { PlanTarget } from '../target.ts';
import { checkPlan } from './check-plan.ts';
import { type Elements, interpretBranch, interpretLoop } from './interpret-control.ts';
import { interpretKernel, type KernelMemory, kernelRunner } from './interpret-kernel.ts';
import type { Dot, DotOperand, Plan, Slot, Step, TopK } from './plan.ts';
import { raceWatch } from './races.ts';
import { rootOf } from './step-bindings.ts';
import { stepSlots } from './step-slots.ts';

/** How a plan is interpreted. */
export interface InterpretOptions {
  /** The machine whose rules the plan must keep, down to the order of single accesses; nothing is checked by default. */
  readonly target?: PlanTarget;
}

/**
 * Runs a plan in plain loops: the oracle for what backends make of plans, itself held against the graph's interpreter.
 * Memory that values share is shared here as well: what a step writes over is garbage from then on.
 *
 * @throws ManabiError `index` for an index outside its axis, `graph` for a plan that breaks a rule of the target
 */
export function interpretPlan(
  plan: Plan,
  inputs: readonly HostArray[],
  { target }: InterpretOptions = {},
): HostArray[] {
  if (target !== undefined) checkPlan(plan, target);
  const outputs = runPlan(
    plan,
    inputs.map((input) => toReference(input).data),
    null,
    target !== undefined,
  );
  return plan.outputs.map((type, output) => fromReference({ ...type, data: outputs[output] }));
}

/**
 * Runs a plan on elements that it may write over.
 *
 * @param given the plan's inputs
 * @param targets where its outputs go; fresh memory if null
 * @returns its outputs
 */
function runPlan(
  plan: Plan,
  given: readonly Elements[],
  targets: readonly Elements[] | null,
  watches: boolean,
): readonly Elements[] {
  const slots = plan.slots.map((slot) => elementsOf(slot, given, targets));
  const memory: KernelMemory = {
    slot: (slot) => slots[slot],
    dtype: (slot) => plan.slots[slot].dtype,
    outside: (site, index) => {
      const { op, axis, extent } = plan.sites[site];
      throw new ManabiError('index', `Index ${index} is outside of an axis of ${extent} elements.`, {
        op,
        data: { axis, extent, index },
      });
    },
  };
  const runNested = (inner: Plan, inputs: readonly Elements[], outputs: readonly Elements[]): void => {
    runPlan(inner, inputs, outputs, watches);
  };
  const watched = (name: string): KernelMemory =>
    watches ? { ...memory, watch: raceWatch(name, (slot) => elementsRoot(plan, slot)) } : memory;
  for (const step of plan.steps) {
    spoilShared(plan, step, slots);
    switch (step.kind) {
      case 'kernel':
        interpretKernel(step.kernel, watched(step.kernel.name));
        break;
      case 'dot':
        interpretDot(step.dot, watched(step.dot.epilogue.name));
        break;
      case 'topK':
        interpretTopK(step.topK, memory);
        break;
      case 'loop':
        interpretLoop(step.loop, memory.slot, runNested);
        break;
      case 'branch':
        interpretBranch(step.branch, memory.slot, runNested);
        break;
    }
  }
  return plan.outputs.map(
    (_, output) => slots[plan.slots.findIndex(({ place }) => place.kind === 'output' && place.output === output)],
  );
}

function elementsOf(
  { dtype, elements, place }: Slot,
  given: readonly Elements[],
  targets: readonly Elements[] | null,
): Elements {
  switch (place.kind) {
    case 'input':
      return given[place.input];
    case 'output':
      return place.reuses === null ? (targets?.[place.output] ?? garbage(dtype, elements)) : given[place.reuses];
    case 'constant':
      return toReference(place.value).data;
    case 'arena':
      return garbage(dtype, elements);
  }
}

/** The slot that has the same elements: values in scratch memory share it, but never while both are needed. */
function elementsRoot(plan: Plan, slot: number): number {
  return plan.slots[slot].place.kind === 'arena' ? slot : rootOf(plan, slot);
}

/** Elements that nobody has written: they differ from 0, so that reading them shows. */
function garbage(dtype: DType, elements: number): Elements {
  return spoil(referenceStorage(dtype, elements));
}

function spoil(elements: Elements): Elements {
  return elements.fill(elements instanceof Float64Array ? Number.NaN : 0xa5);
}

/** Spoils all that shares scratch memory with what a step writes. */
function spoilShared({ slots }: Plan, step: Step, elements: readonly Elements[]): void {
  for (const { slot, written } of stepSlots(step)) {
    const { place, bytes } = slots[slot];
    if (!written || place.kind !== 'arena') continue;
    for (const [other, { place: others, bytes: length }] of slots.entries()) {
      if (other === slot || others.kind !== 'arena' || others.arena !== place.arena) continue;
      if (others.offset < place.offset + bytes && place.offset < others.offset + length) spoil(elements[other]);
    }
  }
}

function interpretDot(dot: Dot, memory: KernelMemory): void {
  const { batch, rows, columns, contract, left, right, dtype } = dot;
  const [m, n, k] = [rows, columns, contract].map(sizeOf);
  const places = { rows: placesOf(rows), columns: placesOf(columns), contract: placesOf(contract) };
  const matrix = (operand: DotOperand, at: readonly number[], free: readonly (readonly number[])[]) => {
    const elements = memory.slot(operand.slot);
    const start = operand.offset + step(at, operand.batchStrides);
    const data = referenceStorage(dtype, free.length * k);
    free.forEach((place, i) => {
      const line = start + step(place, operand.freeStrides);
      places.contract.forEach((term, j) => {
        data[i * k + j] = elements[line + step(term, operand.contractStrides)];
      });
    });
    return { dtype, shape: [free.length, k], data };
  };
  const epilogue = kernelRunner(dot.epilogue, memory);
  let turn = 0;
  memory.watch?.enter(false);
  for (const at of placesOf(batch)) {
    const [{ data }] = references.dot(
      [matrix(left, at, places.rows), matrix(right, at, places.columns)],
      { batch: [], contract: [[1, 1]] },
      [{ dtype, shape: [m, n] }],
      () => [],
    );
    for (let element = 0; element < m * n; element++) {
      memory.watch?.turn(turn++);
      epilogue([...at, Math.floor(element / n), element % n], data[element]);
    }
  }
  memory.watch?.leave();
}

function step(place: readonly number[], strides: readonly number[]): number {
  return place.reduce((sum, i, axis) => sum + i * strides[axis], 0);
}

/** Every place in a shape, in row-major order. */
function placesOf(shape: readonly number[]): readonly (readonly number[])[] {
  return shape.reduce<readonly (readonly number[])[]>(
    (places, extent) => places.flatMap((place) => Array.from({ length: extent }, (_, i) => [...place, i])),
    [[]],
  );
}

function interpretTopK({ dtype, rows, length, k, largest, input, values, indices }: TopK, memory: KernelMemory): void {
  const shape = [rows, k];
  const [sorted, places] = references.topK(
    [{ dtype, shape: [rows, length], data: memory.slot(input) }],
    { k, axis: 1, largest },
    [
      { dtype, shape },
      { dtype: 'int32', shape },
    ],
    () => [],
  );
  memory.slot(values).set(sorted.data);
  memory.slot(indices).set(places.data);
}

import { type HostArray, ManabiError, sizeOf } from '@manabi/ir';
import { fromReference, referenceStorage, references, toReference } from '@manabi/ir/reference';
import { type Elements, interpretBranch, interpretLoop } from './interpret-control.ts';
import { interpretKernel, type KernelMemory } from './interpret-kernel.ts';
import type { Dot, DotOperand, Plan, TopK } from './plan.ts';

/**
 * Runs a plan in plain loops: the oracle for what backends make of plans, itself held against the graph's interpreter.
 * Memory that values share in the plan is not shared here, but for outputs that are written over inputs.
 *
 * @throws ManabiError `index` for an index outside its axis
 */
export function interpretPlan(plan: Plan, inputs: readonly HostArray[]): HostArray[] {
  const outputs = runPlan(
    plan,
    inputs.map((input) => toReference(input).data),
  );
  return plan.outputs.map((type, output) => fromReference({ ...type, data: outputs[output] }));
}

/** Runs a plan on elements that it may write over; returns its outputs. */
function runPlan(plan: Plan, given: readonly Elements[]): Elements[] {
  const slots = plan.slots.map(({ dtype, elements, place }): Elements => {
    if (place.kind === 'input') return given[place.input];
    if (place.kind === 'output' && place.reuses !== null) return given[place.reuses];
    if (place.kind === 'constant') return toReference(place.value).data;
    return referenceStorage(dtype, elements);
  });
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
  for (const step of plan.steps) {
    switch (step.kind) {
      case 'kernel':
        interpretKernel(step.kernel, memory);
        break;
      case 'dot':
        interpretDot(step.dot, memory);
        break;
      case 'topK':
        interpretTopK(step.topK, memory);
        break;
      case 'loop':
        interpretLoop(step.loop, memory.slot, runPlan);
        break;
      case 'branch':
        interpretBranch(step.branch, memory.slot, runPlan);
        break;
    }
  }
  return plan.outputs.map(
    (_, output) => slots[plan.slots.findIndex(({ place }) => place.kind === 'output' && place.output === output)],
  );
}

function interpretDot(dot: Dot, memory: KernelMemory): void {
  const { batch, rows, columns, contract, left, right, dtype } = dot;
  const k = sizeOf(contract);
  const element = (
    operand: DotOperand,
    at: readonly number[],
    free: readonly number[],
    contracted: readonly number[],
  ) =>
    memory.slot(operand.slot)[
      operand.offset +
        step(at, operand.batchStrides) +
        step(free, operand.freeStrides) +
        step(contracted, operand.contractStrides)
    ];
  const one = { dtype, shape: [] };
  for (const at of placesOf(batch)) {
    placesOf(rows).forEach((row, i) => {
      placesOf(columns).forEach((column, j) => {
        const lefts = referenceStorage(dtype, k);
        const rights = referenceStorage(dtype, k);
        placesOf(contract).forEach((place, term) => {
          lefts[term] = element(left, at, row, place);
          rights[term] = element(right, at, column, place);
        });
        const [{ data }] = references.dot(
          [
            { dtype, shape: [k], data: lefts },
            { dtype, shape: [k], data: rights },
          ],
          { batch: [], contract: [[0, 0]] },
          [one],
          () => [],
        );
        interpretKernel(dot.epilogue, memory, { axes: [...at, i, j], result: data[0] });
      });
    });
  }
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

import { type HostArray, ManabiError, sizeOf } from '@manabi/ir';
import { fromReference, type ReferenceArray, referenceStorage, references, toReference } from '@manabi/ir/reference';
import { interpretBranch, interpretLoop } from './interpret-control.ts';
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

/** Elements as the interpreter keeps them. */
export type Elements = ReferenceArray['data'];

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
  const { batch, m, n, k, left, right, dtype } = dot;
  const elementAt = (
    { slot, offset, batchStrides, freeStride, contractStride }: DotOperand,
    at: number[],
    free: number,
    j: number,
  ) =>
    memory.slot(slot)[
      offset + at.reduce((sum, i, axis) => sum + i * batchStrides[axis], 0) + free * freeStride + j * contractStride
    ];
  const one = { dtype, shape: [] };
  for (let flat = 0; flat < sizeOf(batch); flat++) {
    const at: number[] = [];
    for (let axis = batch.length - 1, rest = flat; axis >= 0; rest = Math.floor(rest / batch[axis]), axis--) {
      at[axis] = rest % batch[axis];
    }
    for (let row = 0; row < m; row++) {
      for (let column = 0; column < n; column++) {
        const rows = referenceStorage(dtype, k);
        const columns = referenceStorage(dtype, k);
        for (let j = 0; j < k; j++) {
          rows[j] = elementAt(left, at, row, j);
          columns[j] = elementAt(right, at, column, j);
        }
        const [{ data }] = references.dot(
          [
            { dtype, shape: [k], data: rows },
            { dtype, shape: [k], data: columns },
          ],
          { batch: [], contract: [[0, 0]] },
          [one],
          () => [],
        );
        interpretKernel(dot.epilogue, memory, { axes: [...at, row, column], result: data[0] });
      }
    }
  }
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

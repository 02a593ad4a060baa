import { slotAddress } from '../../runtime/slot-address.ts';
import { scratchSlot } from '../../runtime/table.ts';
import { forRange } from '../../wasm/index.ts';
import { advance, pushLanes, setPointer, setTo } from '../addressing.ts';
import type { AxisPhase } from './blocks.ts';
import { type DepthwiseEmission, overGroups } from './loops.ts';

/**
 * Writes the function that multiplies elements of the filters by the zeros that `lhsDilation` inserts, and stores the
 * sums in scratch memory for each combination of phases: they are NaN if an element is not finite, otherwise 0.
 */
export function emitSkipped(
  emission: DepthwiseEmission,
  phases: readonly (readonly AxisPhase[])[],
  bytes: number,
): void {
  const { attributes, begin, name, plan, weights } = emission;
  const { groups, channels, filters, kernel } = attributes;
  const [weightGroup, weightFilter, weightChannel, ...steps] = attributes.weights.strides.map((stride) => 4 * stride);
  const f = begin(`${name} zeros`, 1, false);
  const [base, to, filter, group, channel, from, w] = f.locals('i32', 7);
  const sum = f.local('v128');
  const combined = (before: readonly AxisPhase[], axis: number): void => {
    if (axis < phases.length) {
      for (const phase of phases[axis]) combined([...before, phase], axis + 1);
      return;
    }
    const elements = kernel.reduce<readonly { readonly offset: number; readonly skipped: boolean }[]>(
      (all, length, i) =>
        all.flatMap(({ offset, skipped }) =>
          Array.from({ length }, (_, k) => ({
            offset: offset + k * steps[i],
            skipped: skipped || before[i].taps.every((tap) => tap.k !== k),
          })),
        ),
      [{ offset: 0, skipped: false }],
    );
    setTo(f, from, weights);
    forRange(f, filter, 0, filters, 1, () => {
      overGroups(f, group, groups, (lanes) => {
        setPointer(f, w, from, group, weightGroup);
        f.i32x4(0).set(sum);
        forRange(f, channel, 0, channels, 1, () => {
          f.get(sum);
          for (const { offset, skipped } of elements) {
            if (skipped)
              pushLanes(f, w, offset, weightGroup / 4, lanes)
                .i32x4(0)
                .op('f32x4.mul', 'f32x4.add');
          }
          f.set(sum);
          advance(f, w, weightChannel);
        });
        setPointer(f, to, base, group, 4);
        f.get(to).get(sum).store('v128.store');
      });
      advance(f, from, weightFilter);
      advance(f, base, bytes / filters);
    });
  };
  setTo(f, base, slotAddress(scratchSlot(plan), 0));
  combined([], 0);
}

import { type Plan, rootOf, type Step, stepBindings } from '@manabi/compiler';
import type { Shader } from '../shader.ts';
import { type BindingLimits, divide, type Windows, windowBytes } from './divide.ts';
import type { Range } from './range.ts';
import { elementBytesOf, reachOf, type SlotRange } from './reach.ts';

/** What shaders must know about the device and the memory of a plan. */
export interface Bindable {
  readonly limits: BindingLimits;
  /** Returns the size in bytes of the memory that is bound for a slot, of which the slot may be a part. */
  readonly bytesOf: (slot: number) => number;
}

/** A shader, and what its workgroups access. */
export interface ReachingShader {
  readonly shader: Shader;
  /** Returns the elements that a range of workgroups may access in the slots of the plan. */
  readonly rangesOf: (groups: Range) => readonly SlotRange[];
}

/**
 * Writes a shader of a step. If it binds buffers that are larger than a binding, the shader accesses them through windows;
 * see `divide`.
 *
 * @param write writes the shader for given windows, which change only how buffers are bound
 * @throws ManabiError `memory` if windows are impossible
 */
export function withWindows(
  plan: Plan,
  step: Step,
  { limits, bytesOf }: Bindable,
  write: (windows: Windows | null) => ReachingShader,
): Shader {
  const roots = stepBindings(plan, step).flatMap(({ root }) => (root === null ? [] : [root]));
  const allLarge = roots.filter((root) => bytesOf(root) > limits.largest);
  if (allLarge.length === 0) return write(null).shader;
  const single: Windows = { counts: new Map(allLarge.map((root) => [root, 1])), bytes: windowBytes(limits) };
  const { shader, rangesOf } = write(single);
  const bound = new Set(shader.bindings.flatMap(({ buffer }) => (buffer.kind === 'slot' ? [buffer.slot] : [])));
  const large = allLarge.filter((root) => bound.has(root));
  const division = divide(
    {
      name: shader.name,
      groups: shader.groups,
      reachOf: (groups) => reachOf(plan, rangesOf(groups)),
      large,
      others: shader.bindings.length - large.length,
      describe: (root) => {
        const { dtype, elements } = plan.slots[root];
        return { text: `a tensor of ${elements} elements of type ${dtype}`, dtype, elements, bytes: bytesOf(root) };
      },
    },
    limits,
  );
  const isSingle = [...division.windows.counts.values()].every((count) => count === 1);
  const facts = {
    elementBytes: (slot: number) => elementBytesOf(plan, slot),
    rootOf: (slot: number) => rootOf(plan, slot),
  };
  return { ...(isSingle ? shader : write(division.windows).shader), division: { ...division, ...facts } };
}

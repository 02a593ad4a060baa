import { type Plan, type Step, stepBindings } from '@manabi/compiler';
import type { BoundBuffer, Shader } from '../shader.ts';
import { type BindingLimits, divide, type LargeBuffer, type Windows, windowBytes } from './divide.ts';
import type { Range } from './range.ts';
import { bufferRoot, elementBytesOf, reachOf, type SlotRange } from './reach.ts';
import { scratchSlot } from './scratch-slot.ts';

/** What shaders must know about the device and the memory of a plan. */
export interface Bindable {
  readonly limits: BindingLimits;
  /** Whether shaders may use subgroups. */
  readonly subgroups: boolean;
  /** Returns the size in bytes of the memory that is bound for a slot, of which the slot may be a part. */
  readonly bytesOf: (slot: number) => number;
}

/** A buffer that a shader may bind, with its size in bytes. */
interface SizedBuffer {
  /** First slot of the buffer, or a scratch buffer; see `scratchSlot`. */
  readonly root: number;
  readonly bytes: number;
}

/** Returns the elements that a range of workgroups may access in the slots of the plan. */
export type RangesOf = (groups: Range) => readonly SlotRange[];

/** A shader, and what its workgroups access. */
export interface ReachingShader {
  readonly shader: Shader;
  readonly rangesOf: RangesOf;
}

/**
 * Writes a shader of a step. If it binds buffers that are larger than a binding, the shader accesses them through windows;
 * see `divide`.
 *
 * @param write writes the shader for given windows, which change only how buffers are bound
 * @param scratch sizes in bytes of the scratch buffers of the step
 * @throws ManabiError `memory` if windows are impossible
 */
export function withWindows(
  plan: Plan,
  step: Step,
  { limits, bytesOf }: Bindable,
  write: (windows: Windows | null) => ReachingShader,
  scratch: readonly number[] = [],
): Shader {
  const buffers: readonly SizedBuffer[] = [
    ...stepBindings(plan, step).flatMap(({ root }) => (root === null ? [] : [{ root, bytes: bytesOf(root) }])),
    ...scratch.map((bytes, index) => ({ root: scratchSlot(index), bytes })),
  ];
  const large = new Map(buffers.flatMap(({ root, bytes }) => (bytes > limits.largest ? [[root, bytes] as const] : [])));
  if (large.size === 0) return write(null).shader;
  const single: Windows = { counts: new Map([...large.keys()].map((root) => [root, 1])), bytes: windowBytes(limits) };
  const { shader, rangesOf } = write(single);
  const bound = new Set(shader.bindings.map(({ buffer }) => rootIn(buffer)));
  const largeBound = [...large.keys()].filter((root) => bound.has(root));
  const division = divide(
    {
      name: shader.name,
      groups: shader.groups,
      reachOf: (groups) => reachOf(plan, rangesOf(groups)),
      large: largeBound,
      others: shader.bindings.length - largeBound.length,
      isAligned: (root) => root < 0 || !plan.slots[root].sliced,
      describe: (root) => ({ ...typeOf(plan, root), bytes: large.get(root) ?? 0 }),
    },
    limits,
  );
  const isSingle = [...division.windows.counts.values()].every((count) => count === 1);
  const facts = {
    elementBytes: (slot: number) => elementBytesOf(plan, slot),
    rootOf: (slot: number) => bufferRoot(plan, slot),
  };
  return { ...(isSingle ? shader : write(division.windows).shader), division: { ...division, ...facts } };
}

function rootIn(buffer: BoundBuffer): number | null {
  switch (buffer.kind) {
    case 'slot':
      return buffer.slot;
    case 'scratch':
      return scratchSlot(buffer.index);
    case 'errors':
      return null;
  }
}

function typeOf({ slots }: Plan, root: number): Pick<LargeBuffer, 'text' | 'dtype' | 'elements'> {
  if (root < 0) return { text: 'intermediate results', dtype: null, elements: null };
  const { dtype, elements } = slots[root];
  return { text: `a tensor of ${elements} elements of type ${dtype}`, dtype, elements };
}

import type { ShaderNumber } from '../shaders/shader.ts';
import type { BindingLimits, ShaderPart } from '../shaders/windows/divide.ts';
import type { scratchIndex, scratchSlot } from '../shaders/windows/scratch-slot.ts';
import type { LoadedShader, PartWindows } from './loaded-steps.ts';
import type { Span } from './span.ts';
import type { windowOf } from './window.ts';

/** Functions that are passed instead of imported, for the reason given for `DraftTools`. */
export interface WindowTools {
  readonly windowOf: typeof windowOf;
  readonly scratchIndex: typeof scratchIndex;
  readonly scratchSlot: typeof scratchSlot;
}

/**
 * Returns the windows of a part of a shader. Only programs with tensors that are larger than a binding load this code.
 *
 * @param slots memory of the slots of the plan
 */
export function partWindows(
  { shader: { name, bindings, division }, scratch, spares }: LoadedShader,
  { first, groups, reach }: ShaderPart,
  slots: readonly Span[],
  limits: BindingLimits,
  { windowOf, scratchIndex, scratchSlot }: WindowTools,
): PartWindows {
  if (division === null) throw new Error('A shader that is not divided has no parts.');
  const { windows, elementBytes } = division;
  const spanAt = (slot: number): Span => {
    const index = scratchIndex(slot);
    return index === null ? slots[slot] : scratch[index];
  };
  const bound = new Map<number, Span>();
  for (const [root, count] of windows.counts) {
    const whole = windowOf(spanAt(root), reach.get(root) ?? { low: 0, high: 0 }, elementBytes(root), limits);
    // The device would silently ignore accesses outside of the windows.
    if (whole.bytes > count * windows.bytes) throw new Error(`${name} accesses more than its windows hold.`);
    bound.set(root, whole);
  }
  let spare = 0;
  const spans = bindings.map(({ buffer }) => {
    if (buffer.kind === 'errors' || buffer.window === null) return null;
    const whole = bound.get(buffer.kind === 'slot' ? buffer.slot : scratchSlot(buffer.index));
    if (whole === undefined) return null;
    const offset = whole.offset + buffer.window * windows.bytes;
    const bytes = Math.min(windows.bytes, whole.offset + whole.bytes - offset);
    return bytes > 0 ? { ...whole, offset, bytes } : spares[spare++];
  });
  const number = (of: ShaderNumber): number | null => {
    if (!('slot' in of)) return of.kind === 'firstGroup' ? first : first + groups;
    const found = bound.get(division.rootOf(of.slot));
    if (found === undefined) return null;
    const { offset, start } = spanAt(of.slot);
    const inElements = start + (offset - found.offset) / elementBytes(of.slot);
    return of.kind === 'start' ? inElements : inElements / 4;
  };
  return { spans, number };
}

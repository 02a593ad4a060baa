import type { Padding } from '@manabi/ir';
import { ints, text } from './attribute.ts';
import type { NodeAttributes } from './draft.ts';

/** Returns the attributes for padding: fixed amounts, or a rule by which ONNX computes them at run time. */
export function padAttributes(padding: readonly Padding[], isSamePadded: boolean): NodeAttributes {
  return isSamePadded ? { auto_pad: text('SAME_UPPER') } : { pads: ints(padsOf(padding)) };
}

/** Returns the padding as the list that ONNX uses: the amounts before each axis, then the amounts after each axis. */
export function padsOf(padding: readonly Padding[]): number[] {
  return [...padding.map(([low]) => low), ...padding.map(([, high]) => high)];
}

import type { ElementwiseOp } from './elementwise.ts';
import { elementwiseBinarySamples } from './elementwise-binary.samples.ts';
import { elementwiseConversionSamples } from './elementwise-conversion.samples.ts';
import { elementwiseUnarySamples } from './elementwise-unary.samples.ts';
import type { Sample } from './sample.ts';

/** Test cases of the elementwise operators. */
export const elementwiseSamples: { readonly [K in ElementwiseOp]: readonly Sample<K>[] } = {
  ...elementwiseUnarySamples,
  ...elementwiseBinarySamples,
  ...elementwiseConversionSamples,
};

import type { Sample } from '../sample.ts';
import { elementwiseBinarySamples } from './binary.samples.ts';
import { elementwiseConversionSamples } from './conversion.samples.ts';
import type { ElementwiseOp } from './elementwise.ts';
import { elementwiseUnarySamples } from './unary.samples.ts';

/** Test samples of the elementwise operators. */
export const elementwiseSamples: { readonly [K in ElementwiseOp]: readonly Sample<K>[] } = {
  ...elementwiseUnarySamples,
  ...elementwiseBinarySamples,
  ...elementwiseConversionSamples,
};

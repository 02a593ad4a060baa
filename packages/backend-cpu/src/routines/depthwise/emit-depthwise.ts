import type { ConvolutionAttributes, RoutineStep } from '@manabi/compiler';
import { slotAddress } from '../../runtime/slot-address.ts';
import { dotEpilogue } from '../dot/epilogue.ts';
import type { RoutineEmission, ScratchBytes } from '../emission.ts';
import { emitLargeFilters } from './large-filters.ts';
import type { DepthwiseEmission } from './loops.ts';
import { emitWindows } from './windows.ts';

/** Writes the functions of a depthwise convolution, and returns the scratch memory that they need. */
export function emitDepthwise(
  { attributes, operands: [image, weights], epilogue }: RoutineStep<ConvolutionAttributes>,
  { support, plan, name, begin }: RoutineEmission,
): ScratchBytes {
  if (epilogue === null) throw new Error('The epilogue of the convolution is missing.');
  const emission: DepthwiseEmission = {
    attributes,
    name,
    plan,
    begin,
    image: slotAddress(image, attributes.image.offset * 4),
    weights: slotAddress(weights, attributes.weights.offset * 4),
    epilogue: dotEpilogue(support, { dtype: 'float32', batch: [], epilogue }, plan.slots),
  };
  return {
    passing: (attributes.hasLargeFilters && attributes.count === 1 ? emitLargeFilters : emitWindows)(emission),
    kept: 0,
  };
}

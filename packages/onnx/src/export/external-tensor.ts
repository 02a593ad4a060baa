import type { TensorProto } from '../proto/messages.ts';

/**
 * Smallest size in bytes of tensors that are stored outside the model file. Smaller tensors stay in it, so that readers need
 * not look for their data elsewhere.
 */
export const FEWEST_BYTES = 1024;

/** `TensorProto.DataLocation.EXTERNAL`. */
const EXTERNAL = 1;

/** Where the elements of a tensor are outside the model file. */
interface ExternalPlace {
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

/** Returns a tensor message that refers to its elements instead of containing them. */
export function referringTo(
  { rawData: _, ...rest }: TensorProto,
  { location, offset, length }: ExternalPlace,
): TensorProto {
  const facts = { location, offset: String(offset), length: String(length) };
  const externalData = Object.entries(facts).map(([key, value]) => ({ key, value }));
  return { ...rest, dataLocation: EXTERNAL, externalData };
}

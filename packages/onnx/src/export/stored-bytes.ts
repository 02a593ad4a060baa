import type { ModelProto } from '../proto/messages.ts';

/**
 * Largest total size of the tensors in one file, in bytes: protobuf's limit of 2 GB minus a reserve for the rest of the
 * file.
 */
export const MOST_BYTES = 2 ** 31 - 2 ** 26;

/** Returns the number of bytes of all tensors that a model message contains. */
export function storedBytes(model: ModelProto): number {
  return (model.graph?.initializer ?? []).reduce((sum, { rawData }) => sum + (rawData?.length ?? 0), 0);
}

import type { ModelProto } from '../proto/messages.ts';

/** Protobuf's limit of 2 GB, minus a reserve for everything but tensors. */
export const MOST_BYTES = 2 ** 31 - 2 ** 26;

/** Counts the bytes of all tensors that a model stores. */
export function storedBytes(model: ModelProto): number {
  return (model.graph?.initializer ?? []).reduce((sum, { rawData }) => sum + (rawData?.length ?? 0), 0);
}

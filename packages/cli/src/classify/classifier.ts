import type { HostArray, PartialType } from 'manabi';

/** A network that returns a score for each class, run by manabi or by ONNX Runtime. */
export interface Classifier {
  /** Name of the network in messages. */
  readonly name: string;
  /** Shape and dtype of the input; the batch and other lengths that the network leaves open are null. */
  readonly input: PartialType;
  /** Whether the network rescales its input and expects raw pixels in [0, 255]; null if unknown. */
  readonly scalesPixels: boolean | null;
  /** Computes the scores of samples: `[samples, classes]`, or `[samples, 1]` for two classes. */
  readonly predict: (x: HostArray) => Promise<HostArray>;
}

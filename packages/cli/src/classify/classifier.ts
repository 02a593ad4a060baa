import type { HostArray, PartialType } from 'manabi';

/** A network that gives a score for each class, whatever runs it. */
export interface Classifier {
  /** What messages call it. */
  readonly name: string;
  /** What it takes: null for the batch, and for other lengths that it leaves open. */
  readonly input: PartialType;
  /** Whether it scales pixels itself, and so takes them raw, from 0 to 255; null if that cannot be seen. */
  readonly scalesPixels: boolean | null;
  /** Scores, `[samples, classes]`, or `[samples, 1]` for two classes. */
  readonly predict: (x: HostArray) => Promise<HostArray>;
}

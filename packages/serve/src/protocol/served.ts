import type { HostArray } from '@manabi/ir';
import type { Batcher } from '../batcher/batcher.ts';
import type { Predictor } from '../predictor/predictor.ts';

/** A model with its name and the batcher of its requests. */
export interface ServedModel {
  readonly name: string;
  readonly version: string;
  readonly predictor: Predictor;
  readonly batcher: Batcher;
  /** Largest body of a request, in bytes. */
  readonly maxBodyBytes: number;
}

/** Inputs or outputs of a request, in the order of the ports. */
export type Arrays = readonly HostArray[];

/** Returns the name of the most probable class of each row; null if the model is no classifier with class names. */
export function labelsOf({ classNames }: Predictor, outputs: Arrays): readonly string[] | null {
  const [scores] = outputs;
  if (classNames === null || outputs.length !== 1 || scores.shape.length !== 2) return null;
  const [rows, width] = scores.shape;
  // One column is the probability of the second of two classes.
  const isPair = width === 1 && classNames.length === 2;
  if (!isPair && width !== classNames.length) return null;
  return Array.from({ length: rows }, (_, row) => {
    if (isPair) return classNames[scores.data[row] > 0.5 ? 1 : 0];
    const values = Array.from(scores.data.subarray(row * width, (row + 1) * width));
    return classNames[values.indexOf(Math.max(...values))];
  });
}

import type { Open } from '../lazy-stage.ts';
import { MisfitError, stack } from '../stack.ts';
import { elementError, type Stage } from '../stage.ts';
import type { Batched } from '../structure.ts';
import { type Padding, PaddingError, padded } from './pad.ts';

/** A group of elements to pad and stack, with the index of each in the input of the stage. */
export interface Group<T> {
  readonly elements: readonly T[];
  readonly indices: readonly number[];
}

/** Pads and stacks a group of elements, and names the element that does not fit. */
export function paddedStack<T>({ elements, indices }: Group<T>, padding: Padding, path: string): Batched<T> {
  try {
    // Padding keeps the structure of elements, which TypeScript cannot infer.
    return stack(padded(elements, padding) as readonly T[]);
  } catch (error) {
    if (error instanceof PaddingError) throw elementError(path, indices[0], error.message, { data: error.data });
    if (!(error instanceof MisfitError)) throw error;
    const { position, problem, data } = error.misfit;
    throw elementError(path, indices[position], problem, { data });
  }
}

/** Returns batches of elements whose arrays are padded to a common shape. */
export function paddedBatches<T>(
  upstream: Stage<T>,
  { size, dropRemainder, ...padding }: Padding & { readonly size: number; readonly dropRemainder: boolean },
  path: string,
): Open<Batched<T>> {
  return async function* open(signal) {
    let elements: T[] = [];
    let done = 0;
    const batch = (): Batched<T> => paddedStack({ elements, indices: elements.map((_, i) => done + i) }, padding, path);
    for await (const element of upstream.open(signal)) {
      elements.push(element);
      if (elements.length < size) continue;
      yield batch();
      done += elements.length;
      elements = [];
    }
    if (elements.length > 0 && !dropRemainder) yield batch();
  };
}

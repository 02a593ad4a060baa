import type { TrainingArrays } from '../data/named-arrays.ts';
import { isStream, type TrainingStream } from '../data/stream-source.ts';

/** Separates labels and options in the two forms `fit(x, y, options)` and `fit(dataset, options)`. */
export function splitArguments<O extends object>(
  x: TrainingArrays | TrainingStream,
  second: TrainingArrays | O | null | undefined,
  third: O | undefined,
  none: O,
): { readonly y: TrainingArrays | null; readonly options: O } {
  if (second === undefined || second === null) return { y: null, options: third ?? none };
  return isOptions(x, second, third) ? { y: null, options: second } : { y: second, options: third ?? none };
}

/** Returns whether the second argument of `fit` is options, as after a dataset, rather than labels. */
function isOptions<O extends object>(
  x: TrainingArrays | TrainingStream,
  second: TrainingArrays | O,
  third: O | undefined,
): second is O {
  return isStream(x) && third === undefined && !Array.isArray(second) && !ArrayBuffer.isView(second);
}

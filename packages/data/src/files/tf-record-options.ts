import type { HostArray } from '@manabi/ir';
import type { SourceOptions } from './sources.ts';

/** How to read a feature of a `tf.train.Example`. */
export interface FeatureSpec {
  /** `float32` and `int32` become host arrays, `string` text in UTF-8, `bytes` a Uint8Array. */
  readonly dtype: 'float32' | 'int32' | 'string' | 'bytes';
  /**
   * Shape of the array (default `[]`, one value); `[null]` for a list of any length. Strings and bytes are one value, or a list
   * with `[null]` or `[count]`.
   */
  readonly shape?: readonly (number | null)[];
}

/** Value of a feature. */
export type FeatureValues = HostArray | string | Uint8Array | readonly string[] | readonly Uint8Array[];

/** Options of `fromTfRecord`. */
export interface TfRecordOptions extends SourceOptions {
  /** Features to read from each `tf.train.Example`. By default, elements are the bytes of records. */
  readonly features?: Readonly<Record<string, FeatureSpec>>;
}

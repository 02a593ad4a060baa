/** Encoding of the values of a field. */
export type ScalarKind = 'int64' | 'uint64' | 'int32' | 'float' | 'double' | 'string' | 'bytes';

/** TypeScript type of each encoding; 64-bit integers are bigints, which are exact. */
export interface ScalarValues {
  int64: bigint;
  uint64: bigint;
  int32: number;
  float: number;
  double: number;
  string: string;
  bytes: Uint8Array;
}

/** A field with scalar values. */
export interface ScalarField<K extends ScalarKind = ScalarKind> {
  readonly number: number;
  readonly scalar: K;
  /** Cardinality: `one` for at most one value, `many` for a list, `packed` for a list in one block. */
  readonly times: 'one' | 'many' | 'packed';
}

/** A field with nested messages, named by their type in the table. */
export interface MessageField<M extends string = string> {
  readonly number: number;
  readonly message: M;
  readonly times: 'one' | 'many';
}

export type Field = ScalarField | MessageField;

/** Defines a field with at most one value. */
export function one<const K extends ScalarKind>(number: number, scalar: K) {
  return { number, scalar, times: 'one' } as const;
}

/** Defines a repeated field, with a tag for each value. */
export function many<const K extends ScalarKind>(number: number, scalar: K) {
  return { number, scalar, times: 'many' } as const;
}

/**
 * Defines a repeated field of numbers in one block. The decoder accepts numbers in one block and with separate tags for every
 * repeated field.
 */
export function packed<const K extends ScalarKind>(number: number, scalar: K) {
  return { number, scalar, times: 'packed' } as const;
}

/** Defines a field with one nested message. */
export function part<const M extends string>(number: number, message: M) {
  return { number, message, times: 'one' } as const;
}

/** Defines a field with a list of nested messages. */
export function parts<const M extends string>(number: number, message: M) {
  return { number, message, times: 'many' } as const;
}

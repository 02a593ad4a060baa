/** Protobuf encoding of a scalar value. */
export type ScalarKind = 'int64' | 'uint64' | 'int32' | 'float' | 'double' | 'string' | 'bytes';

/**
 * TypeScript type of the values of each encoding. 64-bit integers are bigints, because numbers cannot represent all of
 * them.
 */
export interface ScalarValues {
  int64: bigint;
  uint64: bigint;
  int32: number;
  float: number;
  double: number;
  string: string;
  bytes: Uint8Array;
}

/** Description of a message field with scalar values. */
export interface ScalarField<K extends ScalarKind = ScalarKind> {
  readonly number: number;
  readonly scalar: K;
  /**
   * How many values the field has: `one` for at most one, `many` for a list in which every value has its own tag,
   * `packed` for a list of numbers in one block.
   */
  readonly times: 'one' | 'many' | 'packed';
}

/** Description of a message field with nested messages. It states the name of their type in the table `messages`. */
export interface MessageField<M extends string = string> {
  readonly number: number;
  readonly message: M;
  readonly times: 'one' | 'many';
}

export type Field = ScalarField | MessageField;

/** Describes a field with at most one scalar value. */
export function one<const K extends ScalarKind>(number: number, scalar: K) {
  return { number, scalar, times: 'one' } as const;
}

/** Describes a repeated field in which every scalar value has its own tag. */
export function many<const K extends ScalarKind>(number: number, scalar: K) {
  return { number, scalar, times: 'many' } as const;
}

/**
 * Describes a repeated field whose numbers are written in one block. For all repeated fields, the decoder accepts both
 * numbers in one block and numbers with separate tags.
 */
export function packed<const K extends ScalarKind>(number: number, scalar: K) {
  return { number, scalar, times: 'packed' } as const;
}

/** Describes a field with at most one nested message. */
export function part<const M extends string>(number: number, message: M) {
  return { number, message, times: 'one' } as const;
}

/** Describes a field with a list of nested messages. */
export function parts<const M extends string>(number: number, message: M) {
  return { number, message, times: 'many' } as const;
}

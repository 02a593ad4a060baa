/** How the values of a field are written. */
export type ScalarKind = 'int64' | 'uint64' | 'int32' | 'float' | 'double' | 'string' | 'bytes';

/** What a field holds in TypeScript: 64-bit integers are bigints, so that none loses a bit. */
export interface ScalarValues {
  int64: bigint;
  uint64: bigint;
  int32: number;
  float: number;
  double: number;
  string: string;
  bytes: Uint8Array;
}

/** A field with a plain value. */
export interface ScalarField<K extends ScalarKind = ScalarKind> {
  readonly number: number;
  readonly scalar: K;
  /** How often it may stand: at most once, any number of times, or any number of times in one block. */
  readonly times: 'one' | 'many' | 'packed';
}

/** A field that holds another message, named in the table of all. */
export interface MessageField<M extends string = string> {
  readonly number: number;
  readonly message: M;
  readonly times: 'one' | 'many';
}

export type Field = ScalarField | MessageField;

/** A field that stands at most once. */
export function one<const K extends ScalarKind>(number: number, scalar: K) {
  return { number, scalar, times: 'one' } as const;
}

/** A repeated field, each value with its own tag. */
export function many<const K extends ScalarKind>(number: number, scalar: K) {
  return { number, scalar, times: 'many' } as const;
}

/** A repeated field of numbers in one block. Both forms are read wherever either is. */
export function packed<const K extends ScalarKind>(number: number, scalar: K) {
  return { number, scalar, times: 'packed' } as const;
}

/** A message within a message. */
export function part<const M extends string>(number: number, message: M) {
  return { number, message, times: 'one' } as const;
}

/** A list of messages within a message. */
export function parts<const M extends string>(number: number, message: M) {
  return { number, message, times: 'many' } as const;
}

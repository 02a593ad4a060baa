/** Code of a `ManabiError`. Programs and tests distinguish errors by code, never by message. */
export type ErrorCode =
  | 'shape'
  | 'dtype'
  | 'axis'
  | 'attribute'
  | 'argument'
  | 'index'
  | 'value'
  | 'graph'
  | 'notDifferentiable'
  | 'donated'
  | 'disposed'
  | 'tracing'
  | 'backend'
  | 'memory'
  | 'aborted'
  | 'file'
  | 'data';

/** Details of a `ManabiError` besides its code and message. */
export interface ErrorDetails {
  /** Public name of the operator or function that failed: `add`, `fit`, `grad`. */
  readonly op?: string;
  /** Values that the message mentions, such as shapes, dtypes and names. */
  readonly data?: Readonly<Record<string, unknown>>;
  /** The error that caused this one. */
  readonly cause?: unknown;
}

/**
 * Error that manabi throws for invalid input and failed operations.
 *
 * The message states what is wrong, what was expected and received, and how to fix it. `code`, `op` and `data` hold the
 * same information for programs.
 *
 * @example
 * ```ts
 * import { ManabiError } from 'manabi';
 *
 * const error = new ManabiError('shape', 'Expected rank 2, got rank 3.', { op: 'matmul', data: { rank: 3 } });
 * console.log(error.message); // '[matmul] Expected rank 2, got rank 3.'
 * console.log(error.code); // shape
 * ```
 */
export class ManabiError extends Error {
  override readonly name = 'ManabiError';
  /** Kind of the error, such as `shape`. */
  readonly code: ErrorCode;
  /** Public name of the operator or function that failed. */
  readonly op: string | undefined;
  /** Values that the message mentions, such as shapes, dtypes and names. */
  readonly data: Readonly<Record<string, unknown>>;

  /** @param message complete sentences; `details.op` is printed in front of them as `[op]` */
  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(
      boundedText(details.op === undefined ? message : `[${details.op}] ${message}`),
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.code = code;
    this.op = details.op;
    this.data = details.data ?? {};
  }
}

/**
 * Returns the first 10,000 characters of a message, since names in files may have megabytes.
 *
 * @example
 * ```ts
 * import { boundedText } from '@manabi/errors/internal';
 *
 * console.log(boundedText('x'.repeat(1_000_000)).length); // 10000
 * ```
 */
export function boundedText(message: string): string {
  return message.slice(0, 10_000);
}

/**
 * Returns a copy of an error with additional entries in its `data`.
 *
 * @example
 * ```ts
 * import { withData } from '@manabi/errors/internal';
 * import { ManabiError } from 'manabi';
 *
 * const error = new ManabiError('shape', 'Shapes differ.', { op: 'add' });
 * console.log(withData(error, { layer: 'dense_1' }).data); // { layer: 'dense_1' }
 * ```
 */
export function withData({ code, op, message, data, cause }: ManabiError, further: ErrorDetails['data']): ManabiError {
  const body = op === undefined ? message : message.slice(`[${op}] `.length);
  return new ManabiError(code, body, { op, data: { ...data, ...further }, cause });
}

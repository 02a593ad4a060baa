/** Code of a `ServeError`. Programs distinguish errors by code, never by message. */
export type ServeErrorCode =
  | 'invalid'
  | 'notFound'
  | 'method'
  | 'tooLarge'
  | 'mediaType'
  | 'overloaded'
  | 'closed'
  | 'deadline'
  | 'aborted'
  | 'failed';

/** HTTP status of each code. 499 is the status with which servers log requests that the client cancelled. */
const statuses: Readonly<Record<ServeErrorCode, number>> = {
  invalid: 400,
  notFound: 404,
  method: 405,
  tooLarge: 413,
  mediaType: 415,
  overloaded: 503,
  closed: 503,
  deadline: 504,
  aborted: 499,
  failed: 500,
};

/** Details of a `ServeError` besides its code and message. */
export interface ServeErrorDetails {
  /** Values that the message mentions, such as shapes, dtypes and names. */
  readonly data?: Readonly<Record<string, unknown>>;
  /** Seconds after which a client should try again. */
  readonly retryAfter?: number;
  /** The error that caused this one. */
  readonly cause?: unknown;
}

/**
 * Error of a request: the request is invalid, the server cannot accept it, or the prediction failed. The message states
 * what is wrong, what was expected and received, and how to fix it.
 *
 * @example
 * ```ts
 * import { ServeError } from '@manabi/serve';
 *
 * const error = new ServeError('overloaded', 'The queue is full.', { retryAfter: 1 });
 * console.log(error.status); // 503
 * console.log(error.retryAfter); // 1
 * ```
 */
export class ServeError extends Error {
  override readonly name = 'ServeError';
  readonly code: ServeErrorCode;
  /** Status of the HTTP response. */
  readonly status: number;
  readonly data: Readonly<Record<string, unknown>>;
  /** Seconds after which a client should try again, for the response header `Retry-After`. */
  readonly retryAfter: number | undefined;

  constructor(code: ServeErrorCode, message: string, { data = {}, retryAfter, cause }: ServeErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.status = statuses[code];
    this.data = data;
    this.retryAfter = retryAfter;
  }
}

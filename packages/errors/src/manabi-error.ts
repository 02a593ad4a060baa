/** The kinds of mistakes that manabi reports; tests and programs tell errors apart by these, never by wording. */
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

/** What an error is about, beside its code: the operator or function, and the values that its message was made from. */
export interface ErrorDetails {
  /** Operator or function that complains, as the user knows it: `add`, `fit`, `grad`. */
  readonly op?: string;
  /** The facts behind the message: shapes, dtypes, names, positions. */
  readonly data?: Readonly<Record<string, unknown>>;
  /** The error that caused this one. */
  readonly cause?: unknown;
}

/**
 * Every error that manabi throws on purpose.
 *
 * The message says what happened, why, and how to mend it; `code`, `op` and `data` hold the same facts for programs.
 *
 * @example
 * ```ts
 * try { add(a, b); } catch (error) { if (error instanceof ManabiError && error.code === 'shape') … }
 * ```
 */
export class ManabiError extends Error {
  override readonly name = 'ManabiError';
  readonly code: ErrorCode;
  readonly op: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(
      details.op === undefined ? message : `[${details.op}] ${message}`,
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.code = code;
    this.op = details.op;
    this.data = details.data ?? {};
  }
}

/** The same error, with further facts in its data. */
export function withData({ code, op, message, data, cause }: ManabiError, further: ErrorDetails['data']): ManabiError {
  const said = op === undefined ? message : message.slice(`[${op}] `.length);
  return new ManabiError(code, said, { op, data: { ...data, ...further }, cause });
}

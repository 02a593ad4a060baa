import { ManabiError } from '@manabi/errors';
import { FileError } from '@manabi/files';
import { ServeError } from '../serve-error.ts';

/** Codes of errors that invalid inputs cause. */
const INVALID: ReadonlySet<string> = new Set([
  'shape',
  'dtype',
  'index',
  'value',
  'argument',
  'corrupt',
  'truncated',
  'unsupported',
  'tooLarge',
]);

/** Returns the error with which a request is answered. Messages of unexpected errors may be confidential and are not sent. */
export function serveError(error: unknown): ServeError {
  if (error instanceof ServeError) return error;
  if (!(error instanceof ManabiError || error instanceof FileError)) {
    return new ServeError('failed', 'The prediction failed because of an internal error.', { cause: error });
  }
  const { code, message } = error;
  return new ServeError(INVALID.has(code) ? 'invalid' : 'failed', message, { cause: error });
}

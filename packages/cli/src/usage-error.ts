/** A mistake in how a command was called, which ends it with exit code 2; the message says what would be right. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

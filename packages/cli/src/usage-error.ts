/** Error for invalid arguments, which exits with code 2; the message contains the fix. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

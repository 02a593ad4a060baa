/** Returns the message of something that was thrown. */
export function messageOf(cause: unknown): string {
  // Not `instanceof Error`: errors of another realm, such as a worker's or a test's, are not instances.
  const message = typeof cause === 'object' && cause !== null && 'message' in cause ? cause.message : cause;
  return String(message);
}

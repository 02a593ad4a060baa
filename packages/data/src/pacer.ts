/**
 * `ELEMENTS`: number of elements between two readings of the clock. `MILLISECONDS`: time for which a loop may block the
 * thread before it lets timers and events run.
 */
const ELEMENTS = 256;
const MILLISECONDS = 50;

/**
 * Returns a function to call before each element of a source. Every 50 ms, this function returns a promise; awaiting it
 * lets timers and events run. Otherwise, a loop whose awaits are always ready (such as a `filter` that drops all
 * elements of an endless generator) would block the signal that should stop it.
 */
export function pacer(): () => Promise<void> | undefined {
  let elements = 0;
  let since = performance.now();
  return () => {
    elements++;
    if (elements % ELEMENTS !== 0 || performance.now() - since < MILLISECONDS) return undefined;
    return new Promise((resolve) => {
      setTimeout(() => {
        since = performance.now();
        resolve();
      }, 0);
    });
  };
}

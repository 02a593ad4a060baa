/**
 * Number of elements after which the clock is read again, and longest time in milliseconds that a loop may block the
 * thread.
 */
const ELEMENTS = 256;
const MILLISECONDS = 50;

/**
 * Returns a function to call before each element of a source. From time to time, it returns a promise to await, which lets
 * timers and events run. Otherwise, a loop whose awaits are always ready (such as a `filter` that drops all elements of an
 * endless generator) would block the signal that should stop it.
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

/** How often the clock is read, in elements, and how long a loop may keep the thread, in milliseconds. */
const ELEMENTS = 256;
const MILLISECONDS = 50;

/**
 * Returns a function to be called before each element of a source: now and then it returns a promise, to be awaited, that
 * lets timers and events run. Without it, a loop whose awaits are always ready (`filter` dropping all elements of an endless generator) never lets the signal
 * that should stop it fire.
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

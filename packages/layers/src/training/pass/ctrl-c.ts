/** Functions that interrupt the running trainings. */
const running = new Set<() => void>();
let isPressed = false;

/**
 * Calls a function when Ctrl-C is pressed in Node, once; a second Ctrl-C ends the program. Does nothing elsewhere. All
 * waiting functions share one listener, which is removed with the last of them.
 *
 * @returns a function that stops waiting
 */
export function onCtrlC(interrupt: () => void): () => void {
  if (typeof process !== 'object' || typeof process.on !== 'function') return () => {};
  if (running.size === 0) {
    isPressed = false;
    process.on('SIGINT', interruptAll);
  }
  // A training that starts while others are being stopped must stop, too.
  if (isPressed) interrupt();
  // Each call needs its own entry, even for a function that is registered already.
  const entry = (): void => interrupt();
  running.add(entry);
  return () => {
    if (running.delete(entry) && running.size === 0) process.off('SIGINT', interruptAll);
  };
}

function interruptAll(): void {
  if (isPressed) process.exit(130);
  isPressed = true;
  const stopping = running.size === 1 ? 'this step' : 'the current step of each training';
  console.warn(`\nStopping after ${stopping}; the weights are kept. Press Ctrl-C again to exit.`);
  for (const interrupt of running) interrupt();
}

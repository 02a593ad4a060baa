/** Functions that stop the running trainings when Ctrl-C is pressed. */
const running = new Set<() => void>();
let isPressed = false;

/**
 * Calls a function once when Ctrl-C is pressed in Node; a second Ctrl-C ends the program. Does nothing outside of Node.
 * All functions that wait share one listener for SIGINT, which is removed when no function waits any longer.
 *
 * @returns a function that cancels the call
 */
export function onCtrlC(interrupt: () => void): () => void {
  if (typeof process !== 'object' || typeof process.on !== 'function') return () => {};
  if (running.size === 0) {
    isPressed = false;
    process.on('SIGINT', interruptAll);
  }
  // This also stops a training that starts while other trainings are being stopped.
  if (isPressed) interrupt();
  // Wraps the function, since the same function may wait several times.
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

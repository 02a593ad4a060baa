/** The trainings that run. */
const running = new Set<() => void>();
let isPressed = false;

/**
 * Has something called when Ctrl-C is pressed in Node, once; Ctrl-C again ends the program. Elsewhere nothing happens.
 * One listener serves all that wait, and is removed with the last of them.
 *
 * @returns a function that stops waiting
 */
export function onCtrlC(interrupt: () => void): () => void {
  if (typeof process !== 'object' || typeof process.on !== 'function') return () => {};
  if (running.size === 0) {
    isPressed = false;
    process.on('SIGINT', interruptAll);
  }
  // A training that begins while others end must end, too.
  if (isPressed) interrupt();
  // Each call counts, also for a function that waits already.
  const entry = (): void => interrupt();
  running.add(entry);
  return () => {
    if (running.delete(entry) && running.size === 0) process.off('SIGINT', interruptAll);
  };
}

function interruptAll(): void {
  if (isPressed) process.exit(130);
  isPressed = true;
  const them = running.size === 1 ? 'this step' : 'the present step of each training';
  console.warn(`\nStopping after ${them}; the weights are kept. Press Ctrl-C again to exit.`);
  for (const interrupt of running) interrupt();
}

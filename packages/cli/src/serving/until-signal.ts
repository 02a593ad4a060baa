/** Signals that ask a server to end. */
const ENDINGS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Waits for SIGINT or SIGTERM, then runs a function. A second signal ends the process immediately.
 *
 * @param end is called at the first signal
 */
export async function untilSignal(end: () => Promise<void>): Promise<void> {
  let isEnding = false;
  let receive: () => void = () => {};
  const first = new Promise<void>((resolve) => {
    receive = () => {
      if (isEnding) process.exit(130);
      isEnding = true;
      resolve();
    };
  });
  for (const name of ENDINGS) process.on(name, receive);
  try {
    await first;
    await end();
  } finally {
    for (const name of ENDINGS) process.off(name, receive);
  }
}

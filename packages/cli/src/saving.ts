/** Ends a command after it saved a file completely, because Ctrl-C was pressed meanwhile. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/**
 * Saves a file completely even if Ctrl-C is pressed once while saving; a second Ctrl-C ends the process immediately.
 *
 * @param say receives a message at the first Ctrl-C
 * @throws Interrupted after saving, if Ctrl-C was pressed
 */
export async function savedDespiteCtrlC(save: () => Promise<void>, say: (text: string) => void): Promise<void> {
  let pressed = false;
  const press = (): void => {
    if (pressed) process.exit(130);
    pressed = true;
    say('\nStopping once the network is saved. Press Ctrl-C again to exit at once.');
  };
  process.on('SIGINT', press);
  try {
    await save();
  } finally {
    process.off('SIGINT', press);
  }
  if (pressed) throw new Interrupted('Interrupted: the network is saved, but not tested.');
}

/** Ctrl-C was pressed while something was saved: it is saved, and nothing after it is done. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/**
 * Saves something that Ctrl-C does not lose: the first one says so and is heeded once it is saved, the second ends the
 * program.
 *
 * @param say told at the first Ctrl-C
 * @throws Interrupted after saving, if Ctrl-C was pressed
 * @example `await savedDespiteCtrlC(() => saveModel(network, path), out.note);`
 */
export async function savedDespiteCtrlC(save: () => Promise<void>, say: (text: string) => void): Promise<void> {
  let pressed = false;
  const press = (): void => {
    if (pressed) process.exit(130);
    pressed = true;
    say('\nStopping once the network is saved. Ctrl-C again ends the program.');
  };
  process.on('SIGINT', press);
  try {
    await save();
  } finally {
    process.off('SIGINT', press);
  }
  if (pressed) throw new Interrupted('Saved, but not tested.');
}

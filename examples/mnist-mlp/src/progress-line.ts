import type { Progress } from './train.ts';

const WIDTH = 24;

/**
 * Returns a function that prints progress: on a terminal, a bar that fills during each epoch; elsewhere, one line per
 * epoch.
 */
export function progressLine(stream: NodeJS.WriteStream): (progress: Progress) => void {
  return ({ epoch, batch, batches, loss }) => {
    const done = batch === batches;
    if (!stream.isTTY && !done) return;
    const filled = Math.round((batch / batches) * WIDTH);
    const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
    const line = `epoch ${epoch} ${bar} ${batch}/${batches}  loss ${loss.toFixed(4)}`;
    stream.write(`${stream.isTTY ? '\r' : ''}${line}${done ? '\n' : ''}`);
  };
}

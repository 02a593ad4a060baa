import { type CallbackHooks, callbacks, type Logs } from 'manabi';
import type { Output } from './io.ts';

/** With more epochs than this, epochs no longer have a line each. */
const MOST_LINES = 20;

/** Shortest time between two updates of a line on a terminal, in milliseconds. */
const INTERVAL = 100;

/**
 * Creates a callback that shows training progress: a bar per epoch on a terminal, a line per epoch elsewhere. For many
 * epochs, it overwrites one line on a terminal and prints every nth epoch elsewhere.
 */
export function progress(output: Output, epochs: number): CallbackHooks {
  return epochs <= MOST_LINES ? callbacks.progbarLogger({ output }) : oneLine(output, epochs);
}

function oneLine(output: Output, epochs: number): CallbackHooks {
  const every = Math.ceil(epochs / MOST_LINES);
  let lastWrite = Number.NEGATIVE_INFINITY;
  let line = '';
  const inTerminal = output.isTTY === true;
  return {
    onEpochEnd: (epoch, logs) => {
      line = textOf(epoch + 1, epochs, logs);
      if (!inTerminal) {
        if ((epoch + 1) % every === 0) output.write(`${line}\n`);
        return;
      }
      if (performance.now() - lastWrite < INTERVAL) return;
      lastWrite = performance.now();
      output.write(`\r${line}\u001b[K`);
    },
    onTrainEnd: () => {
      if (inTerminal) output.write(`\r${line}\u001b[K\n`);
    },
  };
}

function textOf(epoch: number, epochs: number, logs: Logs): string {
  const values = Object.entries(logs).map(([name, value]) => `${name}: ${value.toFixed(4)}`);
  return [`Epoch ${epoch}/${epochs}`, ...values].join(' - ');
}

import { type CallbackHooks, callbacks, type Logs } from 'manabi';
import type { Output } from './io.ts';

/** Up to so many epochs each gets lines of its own. */
const MOST_LINES = 20;

/** Least time between two writes of a line in a terminal, in milliseconds. */
const INTERVAL = 100;

/**
 * Shows how far a training has come: a bar for each epoch in a terminal, a line for each elsewhere. Where epochs are many
 * and short, one line that is written over, or a line for every so many.
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

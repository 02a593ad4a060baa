import { send } from './outbox.ts';

/** Milliseconds between two reports to the page. */
const REPORT_INTERVAL = 60;
/** Milliseconds of training after which messages of the page are read. */
const SLICE = 20;

/** A program that trains while the page shows it, and that the reader can influence. `Input` and `Output` are plain data. */
export interface LiveProgram<Input, Output> {
  /** Trains for a few milliseconds. Returns whether there is more to train. */
  step(): Promise<boolean>;
  /** Returns what the page shows. */
  report(): Promise<Output>;
  /** Accepts what the reader entered, between two steps. A report follows. */
  receive(input: Input): Promise<void> | void;
}

let inputs: unknown[] = [];
let isPaused = false;
let hasMore = true;
/** Ends the wait for the next message of the page. */
let wake = () => {};

/** Keeps what the reader entered until the program accepts it. */
export function receiveInput(input: unknown): void {
  inputs.push(input);
  wake();
}

/** Lets training wait, or go on, even after its end. */
export function setPaused(paused: boolean): void {
  isPaused = paused;
  hasMore ||= !paused;
  wake();
}

/** Trains until the page ends the worker. Programs of demos call it once, with `await`. */
export async function live<Input, Output>(program: LiveProgram<Input, Output>): Promise<never> {
  let lastReport = 0;
  for (;;) {
    const received = inputs;
    inputs = [];
    // The page and the program of a demo share the type of its inputs.
    for (const input of received as Input[]) await program.receive(input);

    let hasTrained = false;
    const end = performance.now() + SLICE;
    while (!isPaused && hasMore && performance.now() < end) {
      hasMore = await program.step();
      hasTrained = true;
    }
    const hasFinished = hasTrained && !hasMore;
    const isDue = hasTrained && performance.now() - lastReport > REPORT_INTERVAL;
    if (isDue || hasFinished || received.length > 0) {
      send({ type: 'output', output: await program.report() });
      lastReport = performance.now();
    }
    if (hasFinished) send({ type: 'finished' });
    await (isPaused || !hasMore ? nextMessage() : readMessages());
  }
}

/** Waits for the next message of the page. */
function nextMessage(): Promise<void> {
  if (inputs.length > 0) return Promise.resolve();
  return new Promise((resolve) => {
    wake = resolve;
  });
}

const { port1, port2 } = new MessageChannel();

/** Lets the worker read the messages that have arrived. Promises alone would never let them in, and timers are slower. */
function readMessages(): Promise<void> {
  return new Promise((resolve) => {
    port1.onmessage = () => resolve();
    port2.postMessage(null);
  });
}

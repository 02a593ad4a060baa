import { buffersCount, bytesHeld } from '../lazy/storage.ts';
import { collectGarbage } from './collect-garbage.ts';

/** Longest time that awaits of tensors may go on without a turn of the event loop, in milliseconds. */
const MOST_MILLISECONDS = 4;

/** Bytes that may be added to what was held after the last collection before the collector is asked to look again. */
const GROWTH_BYTES = 128 * 2 ** 20;

/** The same, for their number: many small ones hold memory too. */
const GROWTH_COUNT = 4096;

let lastTurn = performance.now();
let bytesAfterCollection = 0;
let countAfterCollection = 0;

/**
 * A turn of the event loop if one is due, else nothing to wait for. Awaits of promises alone never let the event loop
 * run: a page would not paint, timers and aborts would not arrive, and tensors that nobody refers to would not be
 * released.
 */
export function turnIfDue(): Promise<void> | null {
  const pressed =
    bytesHeld() > bytesAfterCollection * 1.5 + GROWTH_BYTES ||
    buffersCount() > countAfterCollection * 1.5 + GROWTH_COUNT;
  if (!pressed && performance.now() - lastTurn < MOST_MILLISECONDS) return null;
  return takeTurn(pressed);
}

async function takeTurn(pressed: boolean): Promise<void> {
  if (pressed) collectGarbage();
  await nextTurn();
  if (pressed) {
    bytesAfterCollection = bytesHeld();
    countAfterCollection = buffersCount();
  }
  lastTurn = performance.now();
}

/** What Node has and pages have not: the way to the next turn that waits for nothing else. */
const nodeImmediate: unknown = Reflect.get(globalThis, 'setImmediate');

/** Resolves in the next turn of the event loop. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof nodeImmediate === 'function') {
      nodeImmediate(resolve);
      return;
    }
    // Timers of pages wait 4 ms when nested; messages do not.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

import { buffersCount, bytesHeld } from '../lazy/storage.ts';
import { collectGarbage } from './collect-garbage.ts';

/** Longest time without an iteration of the event loop while tensors are awaited, in milliseconds. */
const MOST_MILLISECONDS = 4;

/** Growth of memory, in bytes since the last garbage collection, that triggers another one. */
const GROWTH_BYTES = 128 * 2 ** 20;

/** Growth of the number of buffers that triggers a garbage collection: many small buffers need memory as well. */
const GROWTH_COUNT = 4096;

let lastIteration = performance.now();
let bytesAfterCollection = 0;
let countAfterCollection = 0;

/**
 * Returns a promise that resolves in the next iteration of the event loop if one is due, else null. Awaiting resolved promises
 * never lets the event loop run: pages would not paint, timers and aborts would not fire, and finalizers would not release
 * unreachable tensors.
 */
export function yieldIfDue(): Promise<void> | null {
  const pressed =
    bytesHeld() > bytesAfterCollection * 1.5 + GROWTH_BYTES ||
    buffersCount() > countAfterCollection * 1.5 + GROWTH_COUNT;
  if (!pressed && performance.now() - lastIteration < MOST_MILLISECONDS) return null;
  return yieldNow(pressed);
}

async function yieldNow(pressed: boolean): Promise<void> {
  if (pressed) collectGarbage();
  await nextIteration();
  if (pressed) {
    bytesAfterCollection = bytesHeld();
    countAfterCollection = buffersCount();
  }
  lastIteration = performance.now();
}

/** `setImmediate` of Node, which waits only for the next iteration. Pages lack it. */
const nodeImmediate: unknown = Reflect.get(globalThis, 'setImmediate');

/** Resolves in the next iteration of the event loop. */
function nextIteration(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof nodeImmediate === 'function') {
      nodeImmediate(resolve);
      return;
    }
    // Nested timers of pages wait at least 4 ms; messages do not.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

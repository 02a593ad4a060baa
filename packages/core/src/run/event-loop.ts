import { buffersCount, bytesHeld } from '../lazy/storage.ts';
import { collectGarbage } from './collect-garbage.ts';

/** Longest time for which a program that awaits tensors may keep the event loop from running, in milliseconds. */
const MOST_MILLISECONDS = 4;

/** Increase in the memory of tensors, in bytes, after which another garbage collection is requested. */
const GROWTH_BYTES = 128 * 2 ** 20;

/**
 * Increase in the number of buffers after which a garbage collection is requested, because many small buffers need
 * memory as well.
 */
const GROWTH_COUNT = 4096;

let lastIteration = performance.now();
let bytesAfterCollection = 0;
let countAfterCollection = 0;

/**
 * Returns a promise that resolves in the next iteration of the event loop, or null if the last iteration was recent
 * enough. A loop that only awaits resolved promises never lets the event loop run. Pages would then not be painted,
 * timers would not fire, and finalizers would not release unreachable tensors.
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

/** Node's function `setImmediate`, which calls back in the next iteration of the event loop; undefined in web pages. */
const nodeImmediate: unknown = Reflect.get(globalThis, 'setImmediate');

/** Resolves in the next iteration of the event loop. */
function nextIteration(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof nodeImmediate === 'function') {
      nodeImmediate(resolve);
      return;
    }
    // In web pages, nested timers are delayed by at least 4 ms; messages are not delayed.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

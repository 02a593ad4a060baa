import { control, messageLength } from './control.ts';

/**
 * Source of the function `fail`, which writes the error of a task into the shared words, unless they contain one already. It uses
 * `c`, the words, and `at`, their positions.
 */
export const failSource = `function fail(error) {
  if (Atomics.compareExchange(c, at.failed, 0, 1) !== 0) return;
  const message = String(error.message).slice(0, ${messageLength});
  c[at.isTrap] = error instanceof WebAssembly.RuntimeError ? 1 : 0;
  c[at.length] = message.length;
  for (let i = 0; i < message.length; i++) c[at.message + i] = message.charCodeAt(i);
}`;

/** Returns and clears the error of a task that has failed on another thread. */
export function takeFailure(words: Int32Array<SharedArrayBuffer>): Error {
  Atomics.store(words, control.failed, 0);
  const characters = words.subarray(control.message, control.message + words[control.length]);
  const message = String.fromCharCode(...characters);
  return words[control.isTrap] === 1 ? new WebAssembly.RuntimeError(message) : new Error(message);
}

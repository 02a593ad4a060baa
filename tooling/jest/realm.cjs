const { TestEnvironment } = require('jest-environment-node');

/** Globals that native code and workers compare by identity, or that a fresh context makes anew. */
const SHARED = [
  'ArrayBuffer',
  'SharedArrayBuffer',
  'DataView',
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
  'Atomics',
  'WebAssembly',
];

/**
 * Jest runs every test file in a context of its own, whose `Float32Array` is another one than Node's. A WebAssembly
 * memory, a worker's message or a native addon then fails `instanceof`. This environment gives the outer types to the
 * sandbox.
 */
module.exports = class RealmEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    for (const name of SHARED) this.global[name] = globalThis[name];
  }
};

const { TestEnvironment } = require('jest-environment-node');
const { destroyDevices, shareGpus } = require('./gpus.cjs');
const { releaseModules } = require('./release-modules.cjs');

/** Globals that native code and workers compare by identity. A new context would have its own. */
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
 * Jest runs every test file in its own context, where `Float32Array` is not Node's. A WebAssembly memory, a worker's message
 * or the result of a native addon then fails `instanceof`. This environment puts Node's types into the context.
 */
module.exports = class RealmEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    shareGpus();
    for (const name of SHARED) this.global[name] = globalThis[name];
  }

  async teardown() {
    destroyDevices();
    await super.teardown();
    releaseModules();
  }
};

const { createRequire } = require('node:module');
const { dirname, join } = require('node:path');

/** The GPU objects of all test files of this process. */
const kept = [];

/**
 * Keeps every GPU object that the package `webgpu` creates. The package crashes if such an object is collected while a
 * device is in use, and the modules of a test file, which hold the object, are freed when the file ends.
 */
function keepGpus() {
  const addon = loadAddon();
  if (addon === null || kept.length > 0) return;
  const { create } = addon;
  addon.create = (...args) => {
    const gpu = create(...args);
    kept.push(gpu);
    return gpu;
  };
  // The addon is patched once, although every test file has its own environment.
  kept.push(addon);
}

/** Returns the native addon of the package `webgpu`, which all test files of a process share; null if it is missing. */
function loadAddon() {
  try {
    const backend = createRequire(join(__dirname, '../../packages/backend-webgpu/package.json'));
    const entry = backend.resolve('webgpu');
    const arch = process.platform === 'darwin' ? 'universal' : process.arch;
    return require(join(dirname(entry), 'dist', `${process.platform}-${arch}`, 'dawn.node'));
  } catch {
    return null;
  }
}

module.exports = { keepGpus };

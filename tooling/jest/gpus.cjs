const { createRequire } = require('node:module');
const { dirname, join } = require('node:path');

/** The native addon of the package `webgpu`, which all test files of a process share; undefined before its first use. */
let addon;

/** GPU objects, by the flags that they were created with. */
const gpus = new Map();

/** Devices that the current test file has opened. */
let devices = [];

/**
 * Makes all test files of this process use the same GPU object. The package `webgpu` crashes if this object is collected
 * while a device is in use, and the modules of a test file, which hold the object, are freed when the file ends.
 */
function shareGpus() {
  // The addon is changed once, although every test file has its own environment.
  if (addon !== undefined) return;
  addon = loadAddon();
  if (addon === null) return;
  const { create, globals } = addon;
  addon.create = (flags) => {
    const key = JSON.stringify(flags);
    if (!gpus.has(key)) gpus.set(key, create(flags));
    return gpus.get(key);
  };
  const { requestDevice } = globals.GPUAdapter.prototype;
  globals.GPUAdapter.prototype.requestDevice = async function request(...args) {
    const device = await requestDevice.apply(this, args);
    devices.push(device);
    return device;
  };
}

/**
 * Destroys the devices that a test file has opened. Until the garbage collector finds them, each device of Mesa's
 * lavapipe occupies several thousand memory mappings, and Linux allows a process only 65,530. A process that reaches
 * this limit crashes.
 */
function destroyDevices() {
  for (const device of devices) device.destroy();
  devices = [];
}

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

module.exports = { shareGpus, destroyDevices };

// Gives a page that runs in Node the WebGPU of the package `webgpu`, but hides the description of the adapter: the page then
// downloads what it downloads on a GPU, also if the driver computes on the CPU.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const backend = createRequire(new URL('../../../packages/backend-webgpu/package.json', import.meta.url));
const { create, globals } = await import(pathToFileURL(backend.resolve('webgpu')).href);

const { requestDevice } = globals.GPUAdapter.prototype;
/** @param {GPUDeviceDescriptor} [descriptor] */
globals.GPUAdapter.prototype.requestDevice = async function request(descriptor) {
  const device = await requestDevice.call(this, descriptor);
  return Object.defineProperty(device, 'adapterInfo', { value: undefined });
};
Object.defineProperty(globalThis, 'navigator', { value: { gpu: create([]) } });

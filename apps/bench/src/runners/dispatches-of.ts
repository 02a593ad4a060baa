/** The methods of `GPUComputePassEncoder` that start a shader. */
interface DispatchMethods {
  dispatchWorkgroups(x: number, y?: number, z?: number): void;
  dispatchWorkgroupsIndirect(buffer: object, offset: number): void;
}

/** Globals of a page with WebGPU. */
interface GpuGlobals {
  readonly GPUComputePassEncoder?: { readonly prototype: DispatchMethods };
}

/**
 * Counts the shaders that a function of any library dispatches. The counting methods are removed afterwards, so that
 * they do not affect times.
 *
 * @returns null without WebGPU
 */
export async function dispatchesOf(run: () => Promise<void>): Promise<number | null> {
  const { GPUComputePassEncoder: encoder }: GpuGlobals = globalThis;
  if (encoder === undefined) return null;
  const methods = encoder.prototype;
  const { dispatchWorkgroups, dispatchWorkgroupsIndirect } = methods;
  let count = 0;
  methods.dispatchWorkgroups = function (...args) {
    count++;
    dispatchWorkgroups.apply(this, args);
  };
  methods.dispatchWorkgroupsIndirect = function (...args) {
    count++;
    dispatchWorkgroupsIndirect.apply(this, args);
  };
  try {
    await run();
  } finally {
    Object.assign(methods, { dispatchWorkgroups, dispatchWorkgroupsIndirect });
  }
  return count;
}

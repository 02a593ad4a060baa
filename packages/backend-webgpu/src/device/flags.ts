// Flags of the WebGPU specification as numbers: browsers define them as globals such as `GPUBufferUsage`, Node does
// not.

/** Flags of WebGPU's `GPUBufferUsage`. */
export const usage = {
  mapRead: 0x1,
  copySource: 0x4,
  copyTarget: 0x8,
  uniform: 0x40,
  storage: 0x80,
  indirect: 0x100,
  queryResolve: 0x200,
} as const;

/** The flag `GPUMapMode.READ` of WebGPU. */
export const mapRead = 0x1;

/** The flag `GPUShaderStage.COMPUTE` of WebGPU. */
export const computeStage = 0x4;

import type { BindingKind } from '../device/pipelines.ts';

/** A shader that belongs to no step of a plan. Its last binding contains the numbers passed to it. */
export interface ServiceShader {
  readonly name: string;
  readonly code: string;
  readonly kinds: readonly BindingKind[];
}

/** Number of invocations in a workgroup of a service shader. */
export const serviceThreads = 64;

/** Statements that declare the index of an invocation, and end surplus invocations. */
const invocation = `
  let i = (id.x + id.y * count.x) * ${serviceThreads}u + lane;
  if (i >= u32(numbers.x)) { return; }`;

const head = `@compute @workgroup_size(${serviceThreads})
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>, @builtin(local_invocation_index) lane: u32) {`;

/**
 * Packs uint8 elements stored in a word each, four to a word. Its numbers: the number of packed words, the number of
 * elements from the first one, the first index in the source, the first index in the target.
 */
export const packShader: ServiceShader = {
  name: 'pack',
  kinds: ['r', 'w', 'u'],
  code: `@group(0) @binding(0) var<storage, read> bytes: array<u32>;
@group(0) @binding(1) var<storage, read_write> packed: array<u32>;
@group(0) @binding(2) var<uniform> numbers: vec4<i32>;
${head}${invocation}
  var word = 0u;
  for (var j = 0u; j < 4u && 4u * i + j < u32(numbers.y); j++) { word |= bytes[4u * i + j + u32(numbers.z)] << (8u * j); }
  packed[i + u32(numbers.w)] = word;
}
`,
};

/** Number of words before the workgroup counts that a guard writes. The first word is 1 if the guard is open. */
export const guardHeader = 4;

/** Parts of service shaders, for those that are loaded later. */
export interface ServiceParts {
  readonly head: string;
  readonly invocation: string;
  readonly threads: number;
  readonly guardHeader: number;
}

/** The parts of all service shaders. */
export const serviceParts: ServiceParts = { head, invocation, threads: serviceThreads, guardHeader };

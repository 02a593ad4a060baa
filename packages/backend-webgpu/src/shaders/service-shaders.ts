import type { BindingKind } from '../device/pipelines.ts';

/** A shader that no step of a plan stands for. Its last binding holds the numbers that it is given. */
export interface ServiceShader {
  readonly name: string;
  readonly code: string;
  readonly kinds: readonly BindingKind[];
}

/** Invocations of a workgroup. */
export const serviceThreads = 64;

const invocation = `
  let i = (id.x + id.y * count.x) * ${serviceThreads}u + lane;
  if (i >= u32(numbers.x)) { return; }`;

const head = `@compute @workgroup_size(${serviceThreads})
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>, @builtin(local_invocation_index) lane: u32) {`;

/** Copies words. Numbers: how many, the first in the source, the first in the target. */
export const copyShader: ServiceShader = {
  name: 'copy',
  kinds: ['r', 'w', 'u'],
  code: `@group(0) @binding(0) var<storage, read> source: array<u32>;
@group(0) @binding(1) var<storage, read_write> copied: array<u32>;
@group(0) @binding(2) var<uniform> numbers: vec4<i32>;
${head}${invocation}
  copied[i + u32(numbers.z)] = source[i + u32(numbers.y)];
}
`,
};

/** Packs bytes that take a word each, four to a word. Numbers: how many words come out, how many bytes there are. */
export const packShader: ServiceShader = {
  name: 'pack',
  kinds: ['r', 'w', 'u'],
  code: `@group(0) @binding(0) var<storage, read> bytes: array<u32>;
@group(0) @binding(1) var<storage, read_write> packed: array<u32>;
@group(0) @binding(2) var<uniform> numbers: vec4<i32>;
${head}${invocation}
  var word = 0u;
  for (var j = 0u; j < 4u && 4u * i + j < u32(numbers.y); j++) { word |= bytes[4u * i + j] << (8u * j); }
  packed[i] = word;
}
`,
};

/** What the steps of a guarded plan depend on, beside the condition. */
export interface GuardForm {
  /** Whether they run where the condition is false. */
  readonly negates: boolean;
  /** Whether they run only within another guard that is open. */
  readonly hasParent: boolean;
  /** Whether a guard that is closed stays closed: for iterations after the first. */
  readonly staysClosed: boolean;
}

/** Words of the arguments of a guard before those of its first step; the first says whether the guard is open. */
export const guardHeader = 4;

/**
 * Opens or closes a guard: fills in the workgroup counts of the steps behind it, or zeros. Bindings: the counts, the
 * arguments of the guard, the condition, and the arguments of the parent. Numbers: words of the counts, where the condition is.
 */
export function guardShader({ negates, hasParent, staysClosed }: GuardForm): ServiceShader {
  const holds = `condition[u32(numbers.y)] ${negates ? '==' : '!='} 0u`;
  const opens = [holds, ...(hasParent ? ['parent[0] != 0u'] : []), ...(staysClosed ? ['steps[0] != 0u'] : [])];
  return {
    name: 'guard',
    kinds: ['r', 'w', 'r', ...(hasParent ? (['r'] as const) : []), 'u'],
    code: `@group(0) @binding(0) var<storage, read> counts: array<u32>;
@group(0) @binding(1) var<storage, read_write> steps: array<u32>;
@group(0) @binding(2) var<storage, read> condition: array<u32>;
${hasParent ? '@group(0) @binding(3) var<storage, read> parent: array<u32>;\n' : ''}@group(0) @binding(${hasParent ? 4 : 3}) var<uniform> numbers: vec4<i32>;
@compute @workgroup_size(${serviceThreads})
fn main(@builtin(local_invocation_index) lane: u32) {
  let opens = ${opens.join(' && ')};
  storageBarrier();
  workgroupBarrier();
  if (lane == 0u) { steps[0] = select(0u, 1u, opens); }
  for (var i = lane; i < u32(numbers.x); i += ${serviceThreads}u) { steps[${guardHeader}u + i] = select(0u, counts[i], opens); }
}
`,
  };
}

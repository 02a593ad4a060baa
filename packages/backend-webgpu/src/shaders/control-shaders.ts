import type { ServiceParts, ServiceShader } from './service-shaders.ts';

// Shaders of loops and branches. They are loaded before the first plan that has one.

/**
 * Returns a shader that copies words, or float16 elements of two bytes. Its numbers: the number of elements, the first index in
 * the source, the first index in the target.
 */
export function copyShader({ head, invocation }: ServiceParts, type: 'u32' | 'f16'): ServiceShader {
  return {
    name: 'copy',
    kinds: ['r', 'w', 'u'],
    code: `${type === 'f16' ? 'enable f16;\n' : ''}@group(0) @binding(0) var<storage, read> source: array<${type}>;
@group(0) @binding(1) var<storage, read_write> copied: array<${type}>;
@group(0) @binding(2) var<uniform> numbers: vec4<i32>;
${head}${invocation}
  copied[i + u32(numbers.z)] = source[i + u32(numbers.y)];
}
`,
  };
}

/** Variant of the shader of a guard; see `guardShader`. */
export interface GuardForm {
  /** Whether the guard opens if the condition is false. Otherwise it opens if the condition is true. */
  readonly negates: boolean;
  /** Whether the guard is inside another guard, its parent, which must be open as well. */
  readonly hasParent: boolean;
  /** Whether the guard stays closed once it is closed: in iterations of a loop after the first. */
  readonly staysClosed: boolean;
}

/**
 * Returns a shader that opens or closes a guard: it writes a header, and the workgroup counts of the steps if the guard
 * is open, otherwise zeros. Its bindings: the counts, the written words, the condition, and the words written for the
 * parent, if any. Its numbers: the number of words in the counts, and the index of the condition.
 */
export function guardShader(
  { threads, guardHeader }: ServiceParts,
  { negates, hasParent, staysClosed }: GuardForm,
): ServiceShader {
  const holds = `condition[u32(numbers.y)] ${negates ? '==' : '!='} 0u`;
  const opens = [holds, ...(hasParent ? ['parent[0] != 0u'] : []), ...(staysClosed ? ['steps[0] != 0u'] : [])];
  return {
    name: 'guard',
    kinds: ['r', 'w', 'r', ...(hasParent ? (['r'] as const) : []), 'u'],
    code: `@group(0) @binding(0) var<storage, read> counts: array<u32>;
@group(0) @binding(1) var<storage, read_write> steps: array<u32>;
@group(0) @binding(2) var<storage, read> condition: array<u32>;
${hasParent ? '@group(0) @binding(3) var<storage, read> parent: array<u32>;\n' : ''}@group(0) @binding(${hasParent ? 4 : 3}) var<uniform> numbers: vec4<i32>;
@compute @workgroup_size(${threads})
fn main(@builtin(local_invocation_index) lane: u32) {
  let opens = ${opens.join(' && ')};
  storageBarrier();
  workgroupBarrier();
  if (lane == 0u) { steps[0] = select(0u, 1u, opens); }
  for (var i = lane; i < u32(numbers.x); i += ${threads}u) { steps[${guardHeader}u + i] = select(0u, counts[i], opens); }
}
`,
  };
}

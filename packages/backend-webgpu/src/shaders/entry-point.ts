import type { ShaderModule } from '../wgsl/shader-module.ts';
import type { Shader } from './shader.ts';
import type { ShaderBuffers } from './shader-buffers.ts';

/** What the entry point of a shader begins with. */
export interface EntryPoint {
  readonly name: string;
  readonly lanes: number;
  readonly groups: number;
  /** The statements. `group` is the number of the workgroup, `lane` that of the invocation in it, both u32. */
  readonly body: readonly string[];
  /** Declarations in workgroup memory. */
  readonly shared?: readonly string[];
}

/** Puts a shader together. Workgroups beyond the last, which come of folding them into two dimensions, do nothing. */
export function shaderOf(module: ShaderModule, buffers: ShaderBuffers, entry: EntryPoint): Shader {
  const { name, lanes, groups, body, shared = [] } = entry;
  const code = [
    buffers.declarations(),
    module.text(),
    ...shared,
    `@compute @workgroup_size(${lanes})`,
    'fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>, @builtin(local_invocation_index) lane: u32) {',
    'let group = id.x + id.y * count.x;',
    `if (group >= ${groups}u) { return; }`,
    ...body,
    '}',
  ];
  return {
    name,
    code: `${code.filter((line) => line !== '').join('\n')}\n`,
    bindings: buffers.bindings,
    starts: buffers.starts,
    groups,
  };
}

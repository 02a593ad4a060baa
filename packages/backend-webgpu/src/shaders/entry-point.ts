import type { ShaderModule } from '../wgsl/shader-module.ts';
import type { Shader } from './shader.ts';
import type { ShaderBuffers } from './shader-buffers.ts';
import { subgroupDirectives, subgroupParameters } from './subgroups.ts';

/** Contents of the entry point of a shader. */
export interface EntryPoint {
  readonly name: string;
  readonly lanes: number;
  readonly groups: number;
  /**
   * Statements. They may use the u32 variables `group`, the index of the workgroup, and `lane`, the index of the
   * invocation in its workgroup.
   */
  readonly body: readonly string[];
  /** Declarations of variables in workgroup memory. */
  readonly shared?: readonly string[];
  /**
   * Whether the statements use subgroups, and the u32 variables `subgroup`, the index of the subgroup in the workgroup,
   * `subgroups`, the number of subgroups, and `place`, the index of the invocation in its subgroup. Default: false.
   */
  readonly subgroups?: boolean;
}

const parameters =
  '@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>, @builtin(local_invocation_index) lane: u32';

/** Assembles a shader from its parts. Surplus workgroups of a dispatch (see `foldedGroups`) do nothing. */
export function shaderOf(module: ShaderModule, buffers: ShaderBuffers, entry: EntryPoint): Shader {
  const { name, lanes, groups, body, shared = [], subgroups = false } = entry;
  const groupCode = buffers.hasWindows
    ? [
        `let group = id.x + id.y * count.x + u32(${buffers.number({ kind: 'firstGroup' })});`,
        `if (group >= u32(${buffers.number({ kind: 'endGroup' })})) { return; }`,
      ]
    : ['let group = id.x + id.y * count.x;', `if (group >= ${groups}u) { return; }`];
  const code = [
    ...(subgroups ? subgroupDirectives : []),
    buffers.declarations(),
    module.text(),
    ...shared,
    `@compute @workgroup_size(${lanes})`,
    `fn main(${subgroups ? `${parameters}, ${subgroupParameters}` : parameters}) {`,
    ...groupCode,
    ...body,
    '}',
  ];
  return {
    name,
    code: `${code.filter((line) => line !== '').join('\n')}\n`,
    bindings: buffers.bindings,
    numbers: buffers.numbers,
    groups,
    division: null,
  };
}

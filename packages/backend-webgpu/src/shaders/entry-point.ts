import type { ShaderModule } from '../wgsl/shader-module.ts';
import type { Shader } from './shader.ts';
import type { ShaderBuffers } from './shader-buffers.ts';
import { subgroupDirectives, subgroupParameters } from './subgroups.ts';
import type { Range } from './windows/range.ts';

/** Number of invocations in a workgroup whose invocations share nothing. */
export const THREADS = 64;

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

/**
 * Returns an entry point in which each invocation computes one item.
 *
 * @param item name of the variable for the number of the item, a u32
 */
export function entryPerItem(name: string, items: number, item: string, body: readonly string[]): EntryPoint {
  return {
    name,
    lanes: THREADS,
    groups: Math.ceil(items / THREADS),
    body: [`let ${item} = group * ${THREADS}u + lane;`, `if (${item} >= ${items}u) { return; }`, ...body],
  };
}

/** Returns the numbers of the items that a range of workgroups computes; see `entryPerItem`. */
export const itemsOf = ({ low, high }: Range, items: number): Range => ({
  low: low * THREADS,
  high: Math.min(items, (high + 1) * THREADS) - 1,
});

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

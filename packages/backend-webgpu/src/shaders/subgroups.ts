import type { Combine, DType } from '@manabi/ir';
import { isNaNFunction } from '../wgsl/float-functions.ts';
import type { ShaderModule } from '../wgsl/shader-module.ts';

/** Dtypes of the accumulators that subgroups can combine. */
const dtypes: ReadonlySet<DType> = new Set<DType>(['float32', 'int32', 'uint32']);

const functions: { readonly [K in Combine]: string } = {
  add: 'subgroupAdd',
  mul: 'subgroupMul',
  max: 'subgroupMax',
  min: 'subgroupMin',
};

/**
 * Returns an expression that combines a value of all active invocations of a subgroup; null if the device has no such
 * function. Like the operators of manabi, the result is NaN if one value is.
 */
export function subgroupCode(module: ShaderModule, combine: Combine, dtype: DType, value: string): string | null {
  if (!dtypes.has(dtype)) return null;
  const name = functions[combine];
  if (dtype !== 'float32' || combine === 'add' || combine === 'mul') return `${name}(${value})`;
  const detects = isNaNFunction(module);
  const [nan, identity] = [module.bits(0x7fc00000), module.bits(combine === 'max' ? 0xff800000 : 0x7f800000)];
  const own = module.require(`${name}_of_floats`, () =>
    [
      `fn ${name}_of_floats(x: f32) -> f32 {`,
      `let missing = ${detects}(x);`,
      `let found = ${name}(select(x, bitcast<f32>(${identity}), missing));`,
      `return select(found, bitcast<f32>(${nan}), subgroupAny(missing));`,
      '}',
    ].join('\n'),
  );
  return `${own}(${value})`;
}

/** Directives and parameters of an entry point that uses subgroups. */
export const subgroupDirectives = ['enable subgroups;', 'requires subgroup_id;'] as const;

export const subgroupParameters =
  '@builtin(subgroup_id) subgroup: u32, @builtin(num_subgroups) subgroups: u32, @builtin(subgroup_invocation_id) place: u32';

/**
 * Whether shaders on a device can use subgroups: the device has the feature, and its shaders know the number of their
 * subgroup, without which the order in which results are combined would not be fixed.
 */
export async function hasSubgroups(device: GPUDevice): Promise<boolean> {
  if (!device.features.has('subgroups')) return false;
  const code = `${subgroupDirectives.join('\n')}
@compute @workgroup_size(64) fn main(${subgroupParameters}) { _ = subgroupAdd(subgroup + subgroups + place); }
`;
  device.pushErrorScope('validation');
  const { messages } = await device.createShaderModule({ code, label: 'subgroups' }).getCompilationInfo();
  const error = await device.popErrorScope();
  return error === null && messages.every(({ type }) => type !== 'error');
}

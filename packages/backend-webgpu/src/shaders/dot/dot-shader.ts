import type { DotAttributes, Plan, RoutineStep } from '@manabi/compiler';
import { sizeOf } from '@manabi/ir';
import type { Tuning } from '../../device/tuning.ts';
import { ShaderModule } from '../../wgsl/shader-module.ts';
import { type EntryPoint, shaderOf } from '../entry-point.ts';
import type { Shader } from '../shader.ts';
import { ShaderBuffers } from '../shader-buffers.ts';
import { type Bindable, withWindows } from '../windows/with-windows.ts';
import type { blockEntry } from './block-entry.ts';
import { type DotDivision, divisionOf } from './division.ts';
import { dotRanges } from './dot-ranges.ts';
import { lanesEntry } from './lanes-entry.ts';
import { plainEntry } from './plain-entry.ts';
import { type Product, productOf } from './product.ts';
import { tileEntry } from './tile-entry.ts';

/**
 * Returns the shader of matrix products with their epilogue; null if the result is empty.
 *
 * @param blocks writes products in blocks, which only drivers use that run shaders on the CPU
 * @throws ManabiError `memory` for a buffer larger than a binding that cannot be accessed through windows
 */
export function dotShader(
  plan: Plan,
  step: RoutineStep<DotAttributes>,
  tuning: Tuning,
  bindable: Bindable,
  blocks: typeof blockEntry,
): Shader | null {
  const { batch, rows, columns } = step.attributes;
  if (sizeOf([...batch, ...rows, ...columns]) === 0) return null;
  const division = divisionOf(step.attributes, tuning);
  const loadsVectors = division.kind === 'block' || division.kind === 'tile';
  return withWindows(plan, step, bindable, (windows) => {
    const module = new ShaderModule();
    const buffers = new ShaderBuffers(plan, step, module, windows);
    const product = productOf(plan, step, buffers, loadsVectors);
    return {
      shader: shaderOf(module, buffers, entryOf(product, division, blocks)),
      rangesOf: (groups) => dotRanges(step, product, division, groups),
    };
  });
}

function entryOf(product: Product, division: DotDivision, blocks: typeof blockEntry): EntryPoint {
  switch (division.kind) {
    case 'plain':
      return plainEntry(product);
    case 'lanes':
      return lanesEntry(product, division);
    case 'block':
      return blocks(product, division);
    case 'tile':
      return tileEntry(product, division);
  }
}

import type { DotAttributes, Plan, RoutineStep } from '@manabi/compiler';
import { sizeOf } from '@manabi/ir';
import type { Tuning } from '../../device/tuning.ts';
import { ShaderModule } from '../../wgsl/shader-module.ts';
import { type EntryPoint, shaderOf } from '../entry-point.ts';
import type { Shader } from '../shader.ts';
import { ShaderBuffers } from '../shader-buffers.ts';
import { blockEntry } from './block-entry.ts';
import { type DotDivision, divisionOf } from './division.ts';
import { lanesEntry } from './lanes-entry.ts';
import { plainEntry } from './plain-entry.ts';
import { type Product, productOf } from './product.ts';
import { tileEntry } from './tile-entry.ts';

/** Returns the shader of matrix products with their epilogue; null if the result is empty. */
export function dotShader(plan: Plan, step: RoutineStep<DotAttributes>, tuning: Tuning): Shader | null {
  const { batch, rows, columns } = step.attributes;
  if (sizeOf([...batch, ...rows, ...columns]) === 0) return null;
  const module = new ShaderModule();
  const buffers = new ShaderBuffers(plan, step, module);
  const division = divisionOf(step.attributes, tuning);
  const loadsVectors = division.kind === 'block' || division.kind === 'tile';
  return shaderOf(module, buffers, entryOf(productOf(plan, step, buffers, loadsVectors), division));
}

function entryOf(product: Product, division: DotDivision): EntryPoint {
  switch (division.kind) {
    case 'plain':
      return plainEntry(product);
    case 'lanes':
      return lanesEntry(product, division);
    case 'block':
      return blockEntry(product, division);
    case 'tile':
      return tileEntry(product, division);
  }
}

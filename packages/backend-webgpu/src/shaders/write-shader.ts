import type { Plan, Step } from '@manabi/compiler';
import { ShaderModule } from '../wgsl/shader-module.ts';
import { type EntryPoint, shaderOf } from './entry-point.ts';
import type { Shader } from './shader.ts';
import { ShaderBuffers } from './shader-buffers.ts';
import { type Bindable, type RangesOf, withWindows } from './windows/with-windows.ts';

/** What `writeShader` needs besides the code of a shader. */
export interface ShaderSite {
  readonly plan: Plan;
  readonly step: Step;
  readonly bindable: Bindable;
  /** Sizes in bytes of the scratch buffers of the step. */
  readonly scratch: readonly number[];
  readonly rangesOf: RangesOf;
}

/** Writes a shader of a step, with windows of large buffers. */
export const writeShader = (
  { plan, step, bindable, scratch, rangesOf }: ShaderSite,
  entryOf: (buffers: ShaderBuffers) => EntryPoint,
): Shader =>
  withWindows(
    plan,
    step,
    bindable,
    (windows) => {
      const buffers = new ShaderBuffers(plan, step, new ShaderModule(), windows);
      return { shader: shaderOf(buffers.module, buffers, entryOf(buffers)), rangesOf };
    },
    scratch,
  );

import type { AttentionAttributes, Plan, RoutineStep } from '@manabi/compiler';
import type { Tuning } from '../../device/tuning.ts';
import { ShaderModule } from '../../wgsl/shader-module.ts';
import { shaderOf } from '../entry-point.ts';
import type { Shader } from '../shader.ts';
import { ShaderBuffers } from '../shader-buffers.ts';
import { type Bindable, withWindows } from '../windows/with-windows.ts';
import { attentionCode } from './attention-code.ts';
import { attentionDivision } from './attention-division.ts';
import { attentionRanges } from './attention-ranges.ts';
import { blockEntry } from './block-entry.ts';
import { tileEntry } from './tile-entry.ts';

/**
 * Returns the shader of an attention. It stores no scores: each query keeps the largest score so far, the sum of its weights and
 * the weighted sum of the values, and rescales both sums if a larger score follows (T. Dao et al., "FlashAttention", 2022).
 *
 * @throws ManabiError `memory` for a buffer larger than a binding that cannot be accessed through windows
 */
export function attentionShader(
  plan: Plan,
  step: RoutineStep<AttentionAttributes>,
  tuning: Tuning,
  bindable: Bindable,
): Shader {
  const division = attentionDivision(step.attributes, tuning);
  return withWindows(plan, step, bindable, (windows) => {
    const module = new ShaderModule();
    const buffers = new ShaderBuffers(plan, step, module, windows);
    const code = attentionCode(step, buffers);
    const entry = division.kind === 'tile' ? tileEntry(code, division) : blockEntry(code, division);
    return {
      shader: shaderOf(module, buffers, entry),
      rangesOf: (groups) => attentionRanges(step, division, groups),
    };
  });
}

import type { FormulaName, Plan, Step } from '@manabi/compiler';
import type { DType } from '@manabi/ir';
import { MASKED_SCORE } from '@manabi/ir/attention';
import { halfFunction } from '../wgsl/float-functions.ts';
import { formulaFunction } from '../wgsl/formula-function.ts';
import { isBetter } from '../wgsl/is-better.ts';
import { floatLiteral } from '../wgsl/literals.ts';
import { ShaderModule } from '../wgsl/shader-module.ts';
import { type StorageType, storageType, type ValueType, valueType } from '../wgsl/types.ts';
import { type EntryPoint, shaderOf } from './entry-point.ts';
import { ShaderBuffers } from './shader-buffers.ts';
import type { StepShaders } from './step-shaders.ts';
import { type Bindable, type RangesOf, withWindows } from './windows/with-windows.ts';

/**
 * Functions with which drafts write code. Code that is loaded later gets them, instead of importing them: bundlers put what
 * both a page and its later files import into files of their own, which makes every page larger.
 */
export interface DraftTools {
  /** See `formulaFunction`. */
  readonly formula: (name: FormulaName) => string;
  /** See `floatLiteral`. */
  readonly float: (value: number) => string;
  /** See `halfFunction`. */
  readonly half: () => string;
  /** See `isBetter`. */
  readonly isBetter: (dtype: DType, largest: boolean, nanFirst: boolean) => string;
  readonly storageType: (dtype: DType) => StorageType;
  readonly valueType: (dtype: DType) => ValueType;
  /** Score of keys that a mask hides. */
  readonly maskedScore: number;
}

/** A shader of a routine, without the buffers that it binds. */
export interface ShaderDraft {
  readonly rangesOf: RangesOf;
  readonly entryOf: (buffers: ShaderBuffers, tools: DraftTools) => EntryPoint;
}

/** The shaders of a routine that compute one step of a plan, in order. */
export interface StepDraft {
  readonly shaders: readonly ShaderDraft[];
  /** Sizes in bytes of the buffers in which the shaders pass intermediate results to each other. */
  readonly scratch: readonly number[];
}

/**
 * Writes the shaders of a step, with windows of large buffers.
 *
 * @throws ManabiError `memory` for a buffer larger than a binding that cannot be accessed through windows
 */
export function writeDraft(plan: Plan, step: Step, bindable: Bindable, { shaders, scratch }: StepDraft): StepShaders {
  const written = shaders.map(({ rangesOf, entryOf }) =>
    withWindows(
      plan,
      step,
      bindable,
      (windows) => {
        const module = new ShaderModule();
        const buffers = new ShaderBuffers(plan, step, module, windows);
        return { shader: shaderOf(module, buffers, entryOf(buffers, toolsFor(module))), rangesOf };
      },
      scratch,
    ),
  );
  return { shaders: written, scratch };
}

const toolsFor = (module: ShaderModule): DraftTools => ({
  formula: (name) => formulaFunction(module, name),
  float: (value) => floatLiteral(value, module.bits),
  half: () => halfFunction(module),
  isBetter: (dtype, largest, nanFirst) => isBetter(module, dtype, largest, nanFirst),
  storageType,
  valueType,
  maskedScore: MASKED_SCORE,
});

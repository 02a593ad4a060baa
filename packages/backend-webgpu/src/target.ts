import type { PlanTarget } from '@manabi/compiler';
import type { Tuning } from './device/tuning.ts';
import { routineNames } from './shaders/routine-names.ts';
import { halfBytesOf } from './wgsl/types.ts';

/** Limits of a GPU device that plans must respect. */
export interface TargetLimits {
  readonly maxStorageBuffersPerShaderStage: number;
  readonly maxBufferSize: number;
  /** Default: no limit below that of buffers. */
  readonly maxStorageBufferBindingSize?: number;
  readonly minStorageBufferOffsetAlignment: number;
}

/**
 * Returns the compilation target for a GPU device with the given limits.
 *
 * @param tuning `software` if the driver runs shaders on the CPU
 * @param features features of the device. With `shader-f16`, a float16 takes two bytes; otherwise it takes a word, which
 * holds a rounded float32
 * @example
 * ```ts
 * import { webGpuTarget } from '@manabi/backend-webgpu';
 *
 * const target = webGpuTarget({
 *   maxStorageBuffersPerShaderStage: 8,
 *   maxBufferSize: 2 ** 28,
 *   minStorageBufferOffsetAlignment: 256,
 * });
 * console.log(target.bytesOf.bool); // 4
 * ```
 */
export function webGpuTarget(
  limits: TargetLimits,
  tuning: Tuning = 'hardware',
  features: ReadonlySet<string> = new Set(),
): PlanTarget {
  return {
    name: 'webgpu',
    bytesOf: {
      float32: 4,
      float64: null,
      float16: halfBytesOf(features),
      int32: 4,
      uint32: 4,
      uint8: 4,
      bool: 4,
    },
    packedInputs: ['uint8'],
    mostBindings: limits.maxStorageBuffersPerShaderStage,
    largestBuffer: limits.maxBufferSize,
    largestBinding: limits.maxStorageBufferBindingSize ?? null,
    bindingAlignment: limits.minStorageBufferOffsetAlignment,
    memory: 'buffers',
    valueAlignment: 4,
    nestsInOrder: false,
    decisions: 'device',
    parallelTasks: tuning === 'hardware' ? 16_384 : 256,
    leastTerms: 256,
    reductionLanes: tuning === 'hardware' ? 64 : 1,
    routines: routineNames,
    widensOperands: true,
    costs: {
      scalar: {
        ...{
          neg: 1,
          abs: 1,
          sign: 2,
          floor: 1,
          ceil: 1,
          round: 1,
          sqrt: 4,
          isNaN: 2,
          isInf: 2,
          not: 1,
          cast: 1,
          bitcast: 0,
        },
        ...{ exp: 16, exp2: 16, expm1: 20, log: 20, log1p: 24, sin: 24, cos: 24, tan: 36, asin: 24, atan: 24 },
        ...{ tanh: 20, sigmoid: 20, erf: 24, pow: 48, rem: 24, div: 4 },
        ...{ add: 1, sub: 1, mul: 1, max: 2, min: 2, equal: 1, less: 1, lessEqual: 1, and: 1, or: 1, xor: 1 },
        ...{ shiftLeft: 1, shiftRight: 1, select: 1 },
      },
      // Starting a kernel costs as much as thousands of additions, so few values are worth a separate kernel.
      kept: 12,
      longestExpression: 400,
      mostValues: 48,
      branch: 4000,
      mostComparisons: 1e9,
    },
  };
}

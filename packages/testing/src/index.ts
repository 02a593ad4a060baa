export { atLeastOne } from './at-least-one.ts';
export { browserRequirement } from './browser-requirement.ts';
export { type NodeProgramOptions, type NodeProgramResult, runInNode } from './child-process.ts';
export {
  type ArrayComparison,
  assertArraysClose,
  compareArrays,
  type NumberArray,
  type Tolerance,
  type WorstElement,
} from './compare.ts';
export { describeWhere, type Requirement } from './describe-where.ts';
export { filesInTar } from './files-in-tar.ts';
export { finiteDifferenceGradient } from './finite-difference.ts';
export { type GoldenArray, goldenArray } from './golden-array.ts';
export { type RandomSource, randomSource } from './random.ts';
export { describeWithShared, sharedFolder } from './shared-data.ts';
export { maxUlpDifference, type UlpDifference, ulpDifference, worstUlpDifference } from './ulp.ts';
export { webGpuRequirement } from './webgpu-requirement.ts';

export { type ConstantOptions, constant, type IdentityOptions, identity, ones, zeros } from './constant.ts';
export type { Fans, Initializer, SeedOptions } from './initializer.ts';
export { type OrthogonalOptions, orthogonal } from './orthogonal.ts';
export {
  type RandomNormalOptions,
  type RandomUniformOptions,
  randomNormal,
  randomUniform,
  truncatedNormal,
} from './random.ts';
export { type StftOptions, stft } from './stft.ts';
export {
  type Distribution,
  type FanMode,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  lecunNormal,
  lecunUniform,
  type VarianceScalingOptions,
  varianceScaling,
} from './variance-scaling.ts';
export type { WindowName } from './windows.ts';

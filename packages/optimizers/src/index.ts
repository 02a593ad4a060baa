export type { AdadeltaOptions } from './adadelta.ts';
export type { AdafactorOptions } from './adafactor.ts';
export type { AdagradOptions } from './adagrad.ts';
export { type AdamOptions, adam, adamw } from './adam.ts';
export type { AdamaxOptions } from './adamax.ts';
export { clipByGlobalNorm, clipByNorm, clipByValue, globalNorm } from './clipping.ts';
export {
  defineOptimizer,
  type OptimizerRule,
  type UpdateContext,
  type UpdateParameter,
} from './define-optimizer.ts';
export type { FtrlOptions } from './ftrl.ts';
export { adadelta, adafactor, adagrad, adamax, ftrl, lamb, lion, lossScaleOptimizer, muon, nadam } from './further.ts';
export type { Slots } from './gather-parameters.ts';
export type { LambOptions } from './lamb.ts';
export type { LionOptions } from './lion.ts';
export type { LossScaleOptimizer, LossScaleOptions } from './loss-scale.ts';
export type { MuonOptions } from './muon.ts';
export type { NadamOptions } from './nadam.ts';
export type { LossScale, Optimizer, OptimizerOptions, OptimizerState, Schedule, Updated } from './optimizer.ts';
export { type RmspropOptions, rmsprop } from './rmsprop.ts';
export { type CosineDecayOptions, cosineDecay } from './schedules/cosine-decay.ts';
export { type CosineDecayRestartsOptions, cosineDecayRestarts } from './schedules/cosine-decay-restarts.ts';
export { type DecayOptions, exponentialDecay } from './schedules/exponential-decay.ts';
export { inverseTimeDecay } from './schedules/inverse-time-decay.ts';
export { type PiecewiseConstantDecayOptions, piecewiseConstantDecay } from './schedules/piecewise-constant-decay.ts';
export { type PolynomialDecayOptions, polynomialDecay } from './schedules/polynomial-decay.ts';
export { type SgdOptions, sgd } from './sgd.ts';

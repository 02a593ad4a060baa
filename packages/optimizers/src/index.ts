export { type AdadeltaOptions, adadelta } from './adadelta.ts';
export { type AdafactorOptions, adafactor } from './adafactor.ts';
export { type AdagradOptions, adagrad } from './adagrad.ts';
export { type AdamOptions, adam, adamw } from './adam.ts';
export { type AdamaxOptions, adamax } from './adamax.ts';
export { clipByGlobalNorm, clipByNorm, clipByValue, globalNorm } from './clipping.ts';
export {
  defineOptimizer,
  type OptimizerRule,
  type UpdateContext,
  type UpdateParameter,
} from './define-optimizer.ts';
export { type FtrlOptions, ftrl } from './ftrl.ts';
export type { Slots } from './gather-parameters.ts';
export { type LambOptions, lamb } from './lamb.ts';
export { type LionOptions, lion } from './lion.ts';
export { type LossScaleOptimizer, type LossScaleOptions, lossScaleOptimizer } from './loss-scale.ts';
export { type MuonOptions, muon } from './muon.ts';
export { type NadamOptions, nadam } from './nadam.ts';
export type { LossScale, Optimizer, OptimizerOptions, OptimizerState, Schedule, Updated } from './optimizer.ts';
export { type RmspropOptions, rmsprop } from './rmsprop.ts';
export { type CosineDecayOptions, cosineDecay } from './schedules/cosine-decay.ts';
export { type CosineDecayRestartsOptions, cosineDecayRestarts } from './schedules/cosine-decay-restarts.ts';
export { type DecayOptions, exponentialDecay } from './schedules/exponential-decay.ts';
export { inverseTimeDecay } from './schedules/inverse-time-decay.ts';
export { type PiecewiseConstantDecayOptions, piecewiseConstantDecay } from './schedules/piecewise-constant-decay.ts';
export { type PolynomialDecayOptions, polynomialDecay } from './schedules/polynomial-decay.ts';
export { type SgdOptions, sgd } from './sgd.ts';

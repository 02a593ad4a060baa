export type { WeightsMatch } from '../keras/legacy/pair-layers.ts';
export { type LoadWeightsOptions, loadWeights } from './load-weights.ts';
export { type SaveWeightsOptions, saveWeights, type WeightsFormat } from './save-weights.ts';

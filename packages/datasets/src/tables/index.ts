export { type BostonHousingOptions, bostonHousing } from './boston-housing.ts';
export { type CaliforniaHousingOptions, californiaHousing } from './california-housing.ts';
export type { FeaturesAndTargets, RegressionData } from './regression-data.ts';

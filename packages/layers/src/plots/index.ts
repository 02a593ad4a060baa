export { type PlotModelOptions, plotModel } from './plot-model.ts';

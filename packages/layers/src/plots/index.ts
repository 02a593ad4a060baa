export { type PlotHistoryOptions, plotHistory } from './plot-history.ts';
export { type PlotModelOptions, plotModel } from './plot-model.ts';

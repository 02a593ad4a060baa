/**
 * Plots of the losses and metrics of a training. This entry point is separate from `@manabi/layers` so that pages
 * download its code only if they plot.
 *
 * @packageDocumentation
 */
export { type PlotHistoryOptions, plotHistory } from './plot-history.ts';

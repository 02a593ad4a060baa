/** Types for the part of `asciichart` that is used, since the package includes no types. */
declare module 'asciichart' {
  export interface PlotOptions {
    /** Height of the plot, in rows. */
    readonly height?: number;
    /** Colour code of each series. */
    readonly colors?: readonly string[];
    /** Formats the label of a tick. */
    readonly format?: (value: number) => string;
  }
  export function plot(series: readonly (readonly number[])[], options?: PlotOptions): string;
  export const green: string;
  export const cyan: string;
}

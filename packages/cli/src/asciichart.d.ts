/** Types of the functions of `asciichart` that the command uses, since that package contains no types. */
declare module 'asciichart' {
  export interface PlotOptions {
    /** Height of the plot, in rows. */
    readonly height?: number;
    /** Colour code of each series. */
    readonly colors?: readonly string[];
    /** Returns the label for a value on the vertical axis. */
    readonly format?: (value: number) => string;
  }
  export function plot(series: readonly (readonly number[])[], options?: PlotOptions): string;
  export const green: string;
  export const cyan: string;
}

/** What is used of a package without types of its own. */
declare module 'asciichart' {
  export interface PlotOptions {
    /** Rows. */
    readonly height?: number;
    /** A colour code for each series. */
    readonly colors?: readonly string[];
    /** The text of a tick. */
    readonly format?: (value: number) => string;
  }
  export function plot(series: readonly (readonly number[])[], options?: PlotOptions): string;
  export const green: string;
  export const cyan: string;
}

/** An axis whose index is computed from a flat position. */
export interface PlacedAxis {
  /** Name of the variable for the index. */
  readonly name: string;
  readonly extent: number;
  /** Factor by which the index is multiplied. Default: 1. */
  readonly scale?: number;
}

/**
 * Returns statements that split a flat position, a u32 expression, into an index along each axis. The last axis varies
 * fastest.
 */
export function axesCode(position: string, axes: readonly PlacedAxis[]): string[] {
  let stride = 1;
  const lines = axes.toReversed().map(({ name, extent, scale = 1 }, i) => {
    const quotient = stride === 1 ? position : `${position} / ${stride}u`;
    stride *= extent;
    const isFirst = i === axes.length - 1;
    const index = isFirst ? quotient : `(${quotient}) % ${extent}u`;
    return `let ${name} = i32(${scale === 1 ? index : `${isFirst ? `(${index})` : index} * ${scale}u`});`;
  });
  return lines.toReversed();
}

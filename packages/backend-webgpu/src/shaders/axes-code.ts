/**
 * Returns statements that split a flat position, a u32 expression, into an index along each axis. The last axis varies
 * fastest.
 */
export function axesCode(
  position: string,
  axes: readonly { readonly name: string; readonly extent: number }[],
): string[] {
  let stride = 1;
  const lines = axes.toReversed().map(({ name, extent }, i) => {
    const quotient = stride === 1 ? position : `${position} / ${stride}u`;
    stride *= extent;
    const isFirst = i === axes.length - 1;
    return `let ${name} = i32(${isFirst ? quotient : `(${quotient}) % ${extent}u`});`;
  });
  return lines.toReversed();
}

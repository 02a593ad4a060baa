/** The nearest integer, halves to the even one; the sign of zero is that of the number, as IEEE 754 has it. */
export function roundHalfToEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  const isUp = rest > 0.5 || (rest === 0.5 && below % 2 !== 0);
  const rounded = isUp ? below + 1 : below;
  // Minus one and a half up is 0, where minus a half rounds to -0.
  return rounded === 0 && x < 0 ? -0 : rounded;
}

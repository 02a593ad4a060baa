/** A shape by its signed distance: negative inside. Shapes fill about the square from -1 to 1. */
export type Shape = (x: number, y: number) => number;

/** The shapes of scenes. */
export const shapes: readonly Shape[] = [
  (x, y) => Math.hypot(x, y) - 0.9,
  (x, y) => Math.max(Math.abs(x), Math.abs(y)) - 0.8,
  regularPolygon(3),
  regularPolygon(5),
  regularPolygon(6),
  star(5, 0.45),
  star(8, 0.65),
  (x, y) => Math.abs(Math.hypot(x, y) - 0.7) - 0.2,
  (x, y) => Math.min(bar(x, y), bar(y, x)),
  // A moon: a disk without a part of another.
  (x, y) => Math.max(Math.hypot(x, y) - 0.9, 0.75 - Math.hypot(x - 0.45, y)),
  // A half disk.
  (x, y) => Math.max(Math.hypot(x, y + 0.3) - 0.95, -y - 0.3),
  (x, y) => petals(x, y, 5),
  (x, y) => Math.hypot(x, 2.6 * y) / 1.6 - 0.55,
  // A corner of two bars.
  (x, y) => Math.min(bar(x + 0.5, y), bar(y - 0.5, x)),
  // A heart.
  (x, y) => Math.hypot(x, 1.15 * y + 0.2 - 0.7 * Math.sqrt(Math.abs(x))) - 0.8,
  // A wave.
  (x, y) => Math.max(Math.abs(y - 0.45 * Math.sin(4 * x)) - 0.22, Math.abs(x) - 0.95),
];

function bar(across: number, along: number): number {
  return Math.max(Math.abs(across) - 0.28, Math.abs(along) - 0.9);
}

function regularPolygon(sides: number): Shape {
  const sector = (2 * Math.PI) / sides;
  return (x, y) => {
    const angle = Math.atan2(y, x);
    return Math.hypot(x, y) * Math.cos(angle - sector * Math.round(angle / sector)) - 0.9 * Math.cos(sector / 2);
  };
}

function star(points: number, inner: number): Shape {
  const sector = (2 * Math.PI) / points;
  return (x, y) => {
    const angle = Math.abs((Math.atan2(y, x) / sector) % 1);
    const between = 2 * Math.min(angle, 1 - angle);
    return Math.hypot(x, y) - 0.95 * (1 - between + inner * between);
  };
}

function petals(x: number, y: number, count: number): number {
  return Math.hypot(x, y) - 0.6 - 0.32 * Math.cos(count * Math.atan2(y, x));
}

import { random } from 'manabi';
import { type DatasetName, type LabeledPoint, RANGE } from './messages.ts';

/** Random numbers in [0, 1) for one point. */
type Draws = readonly [number, number, number, number];
/** Returns a point from its random numbers. `side` is 0 for the first half of the points, and 1 for the others. */
type Shape = (draws: Draws, side: number, noise: number) => LabeledPoint;

const spread = (draw: number) => RANGE * (2 * draw - 1);

/** A class inside of a circle, and the other one around it. */
const circle: Shape = ([a, b, c, d], side, noise) => {
  const radius = side === 0 ? 2.5 * a : 3.5 + 1.5 * a;
  const [x, y] = [radius * Math.cos(2 * Math.PI * b), radius * Math.sin(2 * Math.PI * b)];
  const moved = Math.hypot(x + noise * spread(c), y + noise * spread(d));
  return { x, y, label: moved < 3 ? 1 : 0 };
};

/** One class where the coordinates have the same sign, and the other one elsewhere. */
const xor: Shape = ([a, b, c, d], _side, noise) => {
  const apart = (value: number) => value + (value > 0 ? 0.3 : -0.3);
  const [x, y] = [apart(0.9 * spread(a)), apart(0.9 * spread(b))];
  return { x, y, label: (x + noise * spread(c)) * (y + noise * spread(d)) >= 0 ? 1 : 0 };
};

/** A cloud around each of two points. */
const gauss: Shape = ([a, b], side, noise) => {
  const center = side === 0 ? 2 : -2;
  const radius = (0.7 + 3 * noise) * Math.sqrt(-2 * Math.log(1 - a));
  const [x, y] = [Math.cos(2 * Math.PI * b), Math.sin(2 * Math.PI * b)].map((value) => center + radius * value);
  return { x, y, label: side === 0 ? 1 : 0 };
};

/** Two spirals. */
const spiral: Shape = ([a, , c, d], side, noise) => {
  const angle = 1.75 * 2 * Math.PI * a + Math.PI * side;
  const [x, y] = [5 * a * Math.sin(angle) + noise * spread(c) * 0.5, 5 * a * Math.cos(angle) + noise * spread(d) * 0.5];
  return { x, y, label: side === 0 ? 1 : 0 };
};

const shapes: Readonly<Record<DatasetName, Shape>> = { circle, xor, gauss, spiral };

/** Returns random points of a dataset, both classes in turn. */
export async function pointsOf(
  dataset: DatasetName,
  noise: number,
  count: number,
  seed: number,
): Promise<readonly LabeledPoint[]> {
  const draws = await random.uniform(random.key(seed), [count, 4]).data();
  const shape = shapes[dataset];
  return Array.from({ length: count }, (_, i) => {
    const [a, b, c, d] = draws.subarray(4 * i, 4 * i + 4);
    return shape([a, b, c, d], i % 2, noise);
  });
}

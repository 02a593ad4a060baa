import type { SeededRandom } from '../../seeded-random.ts';

/** Returns how much of the second color is at a position, from 0 to 1. The cells of patterns are about 1 wide. */
export type Texture = (x: number, y: number) => number;

/** Makes a texture of each kind, with random details. */
export const textures: readonly ((random: SeededRandom) => Texture)[] = [
  // A slow change of color.
  (random) => {
    const [angle, shift] = [random.between(0, 7), random.between(0.2, 0.8)];
    return (x, y) => clamp(shift + 0.07 * (x * Math.cos(angle) + y * Math.sin(angle)));
  },
  // Stripes.
  (random) => {
    const part = random.between(0.3, 0.7);
    return (x) => step(fraction(x), part);
  },
  // A wave of brightness.
  (random) => {
    const bend = random.between(0, 1.5);
    return (x, y) => 0.5 + 0.5 * Math.sin(2 * Math.PI * x + bend * Math.sin(1.3 * y));
  },
  () => (x, y) => (fraction(x / 2) < 0.5 === fraction(y / 2) < 0.5 ? 1 : 0),
  // Dots.
  (random) => {
    const radius = random.between(0.2, 0.42);
    return (x, y) => step(Math.hypot(fraction(x) - 0.5, fraction(y) - 0.5), radius);
  },
  // Bricks.
  (random) => {
    const gap = random.between(0.06, 0.16);
    return (x, y) => {
      const shifted = x / 2 + 0.5 * (Math.floor(y) & 1);
      return fraction(shifted) < gap / 2 || fraction(y) < gap ? 1 : 0;
    };
  },
  // Lines of a grid.
  (random) => {
    const gap = random.between(0.12, 0.3);
    return (x, y) => (fraction(x) < gap || fraction(y) < gap ? 1 : 0);
  },
  // Rings.
  (random) => {
    const [left, top] = [random.between(-3, 3), random.between(-3, 3)];
    return (x, y) => 0.5 + 0.5 * Math.sin(2 * Math.PI * Math.hypot(x - left, y - top));
  },
  // Clouds.
  (random) => {
    const noise = valueNoise(random);
    return (x, y) => clamp(1.6 * (0.6 * noise(x / 3, y / 3) + 0.4 * noise(x, y)) - 0.3);
  },
  // Grain.
  (random) => {
    const noise = valueNoise(random);
    return (x, y) => noise(2.5 * x, 2.5 * y);
  },
  // Marble: waves that follow clouds.
  (random) => {
    const noise = valueNoise(random);
    return (x, y) => Math.abs(Math.sin(1.2 * x + 6 * noise(x / 2.5, y / 2.5)));
  },
  // Wood: long grain.
  (random) => {
    const noise = valueNoise(random);
    return (x, y) => fraction(4 * noise(x / 1.5, y / 10));
  },
  // Cells, each around a random point.
  (random) => {
    const seed = random.below(1 << 20);
    return (x, y) => clamp(1.1 * distanceToPoint(x, y, seed));
  },
  // Blades and hairs: thin noise of one direction.
  (random) => {
    const [noise, part] = [valueNoise(random), random.between(0.4, 0.6)];
    return (x, y) => step(noise(3 * x, y / 3), part);
  },
];

function clamp(value: number): number {
  return Math.max(0, Math.min(1, value));
}

function fraction(value: number): number {
  return value - Math.floor(value);
}

/** Returns 1 below the edge, and 0 above it. */
function step(value: number, edge: number): number {
  return value < edge ? 1 : 0;
}

/** Returns a number in [0, 1) for a point of a grid. */
function hash(x: number, y: number, seed: number): number {
  let bits = Math.imul(x, 374761393) + Math.imul(y, 668265263) + Math.imul(seed, 1442695041);
  bits = Math.imul(bits ^ (bits >>> 13), 1274126177);
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
}

/** Noise that is random at the points of a grid, and smooth between them. */
function valueNoise(random: SeededRandom): Texture {
  const seed = random.below(1 << 20);
  return (x, y) => {
    const [left, top] = [Math.floor(x), Math.floor(y)];
    const [u, v] = [smooth(x - left), smooth(y - top)];
    const row = (at: number) => hash(left, at, seed) * (1 - u) + hash(left + 1, at, seed) * u;
    return row(top) * (1 - v) + row(top + 1) * v;
  };
}

function smooth(part: number): number {
  return part * part * (3 - 2 * part);
}

/** Returns the distance to the nearest of the random points, of which each cell of the grid has one. */
function distanceToPoint(x: number, y: number, seed: number): number {
  let nearest = 2;
  for (let row = Math.floor(y) - 1; row <= Math.floor(y) + 1; row++) {
    for (let column = Math.floor(x) - 1; column <= Math.floor(x) + 1; column++) {
      const [px, py] = [column + hash(column, row, seed), row + hash(column, row, seed + 1)];
      nearest = Math.min(nearest, Math.hypot(x - px, y - py));
    }
  }
  return nearest;
}

import { SeededRandom } from '../../seeded-random.ts';
import { shapes } from './shapes.ts';
import { type Texture, textures } from './textures.ts';

/** Groups of hues; one more class contains grays. */
const HUES = 8;
/** Largest number of objects. */
const OBJECTS = 3;

/** What the extractor learns to tell of a scene: the number of classes of each question. */
export const questions = {
  shape: shapes.length,
  texture: textures.length,
  background: textures.length,
  color: HUES + 1,
  backgroundColor: HUES + 1,
  count: OBJECTS,
} as const;

export type Question = keyof typeof questions;

/** A drawn scene. */
export interface Scene {
  /** Red, green and blue of each pixel, row by row. */
  readonly pixels: Uint8Array;
  readonly answers: Readonly<Record<Question, number>>;
}

type Color = readonly [number, number, number];

/** A surface: two colors in a pattern. */
interface Surface {
  readonly kind: number;
  readonly hueClass: number;
  readonly colorAt: (x: number, y: number) => Color;
}

/**
 * Draws a random scene: one to three objects of the same shape and surface before a textured background, with light from one side,
 * noise, and changes of brightness and contrast.
 *
 * @param side height and width in pixels
 */
export function drawScene(seed: number, side: number): Scene {
  const random = new SeededRandom(seed);
  const shape = random.below(shapes.length);
  const count = random.below(OBJECTS);
  const background = surface(random);
  let object = surface(random);
  // An object must differ from what is behind it.
  while (object.kind === background.kind && object.hueClass === background.hueClass) object = surface(random);

  const stretch = random.between(0.75, 1.35);
  const outline = random.happens(0.3) ? random.between(0.05, 0.15) : 0;
  const shadow = random.happens(0.3) ? random.between(0.4, 0.8) : 1;
  const objects = Array.from({ length: count + 1 }, () => {
    const size = count === 0 ? random.between(0.35, 0.85) : random.between(0.22, 0.42);
    const angle = random.between(0, 2 * Math.PI);
    const reach = 1 - 0.7 * size;
    return {
      x: random.between(-reach, reach),
      y: random.between(-reach, reach),
      cos: Math.cos(angle) / size,
      sin: Math.sin(angle) / size,
    };
  });
  const light = { angle: random.between(0, 7), strength: random.between(0, 0.35) };
  const [lightX, lightY] = [Math.cos(light.angle) * light.strength, Math.sin(light.angle) * light.strength];
  const contrast = random.between(0.65, 1.2);
  const brightness = random.between(-0.15, 0.15);
  const tint = [0, 1, 2].map(() => random.between(0.85, 1.15));
  const noise = random.happens(0.5) ? random.between(0, 0.1) : 0;
  const relief = random.between(0, 0.4);

  const pixels = new Uint8Array(3 * side * side);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const [x, y] = [(2 * column + 1) / side - 1, (2 * row + 1) / side - 1];
      let color = background.colorAt(x, y);
      let shade = 1;
      for (const { x: left, y: top, cos, sin } of objects) {
        const [u, v] = [((x - left) * cos + (y - top) * sin) * stretch, ((y - top) * cos - (x - left) * sin) / stretch];
        const distance = shapes[shape](u, v);
        if (distance < 0) {
          color = distance > -outline ? [0.05, 0.05, 0.05] : object.colorAt(u, v);
          shade = 1 - relief * Math.hypot(u + lightX * 2, v + lightY * 2) ** 2;
        } else if (shadow < 1 && shapes[shape](u - 0.15, v - 0.15) < 0) shade = shadow;
      }
      const lit = shade * (1 + lightX * x + lightY * y);
      const at = 3 * (row * side + column);
      for (let channel = 0; channel < 3; channel++) {
        const value = (color[channel] * lit * tint[channel] - 0.5) * contrast + 0.5 + brightness;
        pixels[at + channel] = Math.max(0, Math.min(255, 255 * (value + random.between(-noise, noise))));
      }
    }
  }
  const answers = {
    shape,
    texture: object.kind,
    background: background.kind,
    color: object.hueClass,
    backgroundColor: background.hueClass,
    count,
  };
  return { pixels, answers };
}

function surface(random: SeededRandom): Surface {
  const kind = random.below(textures.length);
  const texture: Texture = textures[kind](random);
  const isGray = random.happens(1 / (HUES + 1));
  const hue = random.between(0, 1);
  const first = hsv(hue, isGray ? random.between(0, 0.1) : random.between(0.4, 1), random.between(0.35, 1));
  // The second color is a darker or brighter form of the first one, or a neighbor in hue.
  const second = hsv(
    hue + random.between(-0.06, 0.06),
    isGray ? random.between(0, 0.1) : random.between(0.2, 1),
    random.between(0.05, 1),
  );
  const scale = random.between(2, 9);
  const angle = random.between(0, 2 * Math.PI);
  const [cos, sin] = [scale * Math.cos(angle), scale * Math.sin(angle)];
  return {
    kind,
    hueClass: isGray ? HUES : Math.floor(HUES * hue),
    colorAt: (x, y) => {
      const part = texture(x * cos + y * sin, y * cos - x * sin);
      return [mix(first[0], second[0], part), mix(first[1], second[1], part), mix(first[2], second[2], part)];
    },
  };
}

function mix(from: number, to: number, part: number): number {
  return from + (to - from) * part;
}

/** Converts hue, saturation and value, each from 0 to 1, to red, green and blue. */
function hsv(hue: number, saturation: number, value: number): Color {
  const channel = (shift: number) => {
    const k = (shift + 6 * (hue + 1)) % 6;
    return value * (1 - saturation * Math.max(0, Math.min(k, 4 - k, 1)));
  };
  return [channel(5), channel(3), channel(1)];
}

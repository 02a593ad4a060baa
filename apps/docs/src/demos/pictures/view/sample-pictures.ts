import type { PicturePixels } from '../messages.ts';
import { SIDE } from '../messages.ts';
import { SeededRandom } from '../seeded-random.ts';
import { pixelsOf } from './picture-size.ts';

type Range = readonly [low: number, high: number];
/** Ranges of hue in degrees, saturation and lightness in percent, from which a color is drawn. */
type Palette = readonly [hue: Range, saturation: Range, lightness: Range];

/** What a sample picture shows, and the colors at the top and the bottom of its background. */
interface Kind {
  readonly top: Palette;
  readonly bottom: Palette;
  readonly draw: (context: CanvasRenderingContext2D, random: SeededRandom) => void;
}

/** Kinds of sample pictures. Colors, sizes, angles and details differ from picture to picture. */
const kinds: Readonly<Record<string, Kind>> = {
  Fish: {
    top: [
      [185, 225],
      [50, 80],
      [50, 75],
    ],
    bottom: [
      [200, 240],
      [50, 80],
      [25, 50],
    ],
    draw: drawFish,
  },
  House: {
    top: [
      [195, 220],
      [50, 80],
      [75, 92],
    ],
    bottom: [
      [80, 120],
      [35, 60],
      [45, 65],
    ],
    draw: drawHouse,
  },
  Tree: {
    top: [
      [25, 55],
      [60, 90],
      [80, 92],
    ],
    bottom: [
      [30, 60],
      [40, 70],
      [60, 80],
    ],
    draw: drawTree,
  },
};

/** Names of the kinds. */
export const sampleNames = Object.keys(kinds);

/** Draws sample pictures of a kind: others for each range of numbers. */
export function samplePictures(name: string, first: number, count: number): readonly PicturePixels[] {
  return Array.from({ length: count }, (_, i) => samplePicture(name, first + i));
}

/** Draws a sample picture: a thing in the middle of a square of about 2 by 2, before two colors. */
function samplePicture(name: string, number: number): PicturePixels {
  const random = new SeededRandom(1000 * sampleNames.indexOf(name) + number + 1);
  const canvas = document.createElement('canvas');
  const side = 2 * SIDE;
  Object.assign(canvas, { width: side, height: side });
  const context = canvas.getContext('2d');
  if (context !== null) {
    context.scale(side / 2, side / 2);
    context.translate(1, 1);
    const { top, bottom, draw } = kinds[name];
    const gradient = context.createLinearGradient(0, -1, random.between(-0.3, 0.3), 1);
    gradient.addColorStop(0, color(top, random));
    gradient.addColorStop(1, color(bottom, random));
    context.fillStyle = gradient;
    context.fillRect(-1, -1, 2, 2);
    context.translate(random.between(-0.25, 0.25), random.between(-0.25, 0.25));
    context.rotate(random.between(-0.25, 0.25));
    const size = random.between(0.75, 1.1);
    context.scale(random.happens(0.5) ? size : -size, size * random.between(0.85, 1.15));
    context.lineWidth = 0.04;
    context.strokeStyle = '#222';
    draw(context, random);
  }
  return pixelsOf(canvas, side, side);
}

function color([hue, saturation, lightness]: Palette, random: SeededRandom): string {
  return `hsl(${random.between(...hue)} ${random.between(...saturation)}% ${random.between(...lightness)}%)`;
}

/** Fills a path with a color, and draws its outline. */
function paint(context: CanvasRenderingContext2D, fill: string, path: () => void): void {
  context.fillStyle = fill;
  context.beginPath();
  path();
  context.fill();
  context.stroke();
}

function drawFish(context: CanvasRenderingContext2D, random: SeededRandom): void {
  const height = random.between(0.28, 0.42);
  const body = color(
    [
      [-20, 60],
      [70, 95],
      [45, 65],
    ],
    random,
  );
  const fins = color(
    [
      [-20, 60],
      [70, 95],
      [45, 65],
    ],
    random,
  );
  paint(context, fins, () => {
    context.moveTo(0.4, 0);
    context.lineTo(0.85, -0.35);
    context.lineTo(0.75, 0);
    context.lineTo(0.85, 0.35);
    context.closePath();
  });
  paint(context, fins, () => {
    context.moveTo(-0.2, -height * 0.8);
    context.quadraticCurveTo(0.1, -height - 0.35, 0.3, -height * 0.7);
    context.closePath();
  });
  paint(context, body, () => context.ellipse(-0.1, 0, 0.62, height, 0, 0, 2 * Math.PI));
  for (let scale = 0; scale < 3; scale++) {
    context.beginPath();
    context.arc(0.15 * scale - 0.1, 0, 0.16, -1.1, 1.1);
    context.stroke();
  }
  context.fillStyle = '#fff';
  context.beginPath();
  context.arc(-0.46, -0.08, 0.08, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = '#111';
  context.beginPath();
  context.arc(-0.47, -0.08, 0.04, 0, 2 * Math.PI);
  context.fill();
}

function drawHouse(context: CanvasRenderingContext2D, random: SeededRandom): void {
  const walls = color(
    [
      [20, 55],
      [20, 60],
      [75, 92],
    ],
    random,
  );
  const tiles = color(
    [
      [0, 20],
      [45, 80],
      [30, 50],
    ],
    random,
  );
  const wood = color(
    [
      [15, 35],
      [30, 60],
      [20, 40],
    ],
    random,
  );
  const [width, roof] = [random.between(0.45, 0.65), random.between(-0.75, -0.55)];
  paint(context, walls, () => context.rect(-width, -0.15, 2 * width, 0.85));
  paint(context, tiles, () => {
    context.moveTo(-width - 0.12, -0.15);
    context.lineTo(0, roof);
    context.lineTo(width + 0.12, -0.15);
    context.closePath();
  });
  paint(context, wood, () => context.rect(-0.12, 0.25, 0.24, 0.45));
  const windows = random.happens(0.5) ? [-1, 1] : [-1];
  for (const at of windows) paint(context, wood, () => context.rect(at * width * 0.6 - 0.1, 0, 0.2, 0.2));
}

function drawTree(context: CanvasRenderingContext2D, random: SeededRandom): void {
  const wood = color(
    [
      [15, 35],
      [30, 60],
      [20, 40],
    ],
    random,
  );
  const leaves = color(
    [
      [85, 140],
      [35, 70],
      [22, 42],
    ],
    random,
  );
  const width = random.between(0.06, 0.12);
  paint(context, wood, () => context.rect(-width, 0.1, 2 * width, 0.7));
  if (random.happens(0.5)) {
    // A fir.
    context.fillStyle = leaves;
    for (const [top, half] of [
      [-0.15, 0.55],
      [-0.45, 0.42],
      [-0.75, 0.3],
    ]) {
      context.beginPath();
      context.moveTo(-half, top + 0.45);
      context.lineTo(0, top);
      context.lineTo(half, top + 0.45);
      context.closePath();
      context.fill();
      context.stroke();
    }
    return;
  }
  paint(context, leaves, () => {
    const lobes = 5 + random.below(4);
    for (let i = 0; i < lobes; i++) {
      const angle = (2 * Math.PI * i) / lobes;
      context.arc(0.28 * Math.cos(angle), 0.28 * Math.sin(angle) - 0.25, 0.26, angle - 1, angle + 1);
    }
    context.closePath();
  });
}

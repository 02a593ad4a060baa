import { type HostArray, hostArray, random, type Tensor } from '@manabi/core';
import { setRandomSeed } from '@manabi/layers';
import { adam } from '@manabi/optimizers';
import { Gan } from './gan.ts';

/** Standard deviation of the points' distance from the centre. */
const WIDTH = 0.05;

/** Generates points around a ring of radius 1; the same seed generates the same points. */
export async function ring(count: number, seed: number): Promise<HostArray> {
  const angles = await random.uniform(random.key(seed), [count]).data();
  const radii = await random.normal(random.key(seed + 1), [count]).data();
  const data = new Float32Array(2 * count);
  angles.forEach((angle, i) => {
    const radius = 1 + WIDTH * Number(radii[i]);
    data[2 * i] = radius * Math.cos(2 * Math.PI * angle);
    data[2 * i + 1] = radius * Math.sin(2 * Math.PI * angle);
  });
  return hostArray('float32', [count, 2], data);
}

/** Statistics of a set of points, which show how similar it is to the ring. */
export interface Shape {
  readonly meanRadius: number;
  readonly deviation: number;
  /** Number of points in the emptiest sector of the plane, divided by the mean number per sector. */
  readonly emptiest: number;
}

const SECTORS = 8;

/** Computes statistics of points, which show how similar they are to the ring. */
export function shapeOf(points: ArrayLike<number>): Shape {
  const count = points.length / 2;
  const sectors = new Array<number>(SECTORS).fill(0);
  const radii: number[] = [];
  for (let i = 0; i < count; i++) {
    const [x, y] = [points[2 * i], points[2 * i + 1]];
    radii.push(Math.hypot(x, y));
    sectors[Math.floor(((Math.atan2(y, x) / (2 * Math.PI) + 1) % 1) * SECTORS)]++;
  }
  const meanRadius = radii.reduce((sum, radius) => sum + radius, 0) / count;
  const variance = radii.reduce((sum, radius) => sum + (radius - meanRadius) ** 2, 0) / count;
  return { meanRadius, deviation: Math.sqrt(variance), emptiest: (Math.min(...sectors) * SECTORS) / count };
}

/** Trains a GAN whose generator produces points of the ring. */
export async function trainRing(seed: number, epochs: number): Promise<Gan> {
  setRandomSeed(seed);
  const gan = new Gan({ size: 2, seed });
  gan.build([null, 4]);
  gan.compile({ optimizer: adam({ learningRate: 1e-3, beta1: 0.5 }) });
  await gan.fit(await ring(2048, seed), null, { epochs, batchSize: 128, verbose: 0 });
  return gan;
}

/** Generates points from random noise with a trained GAN. */
export async function sample(gan: Gan, count: number, seed: number): Promise<Tensor> {
  return gan.predict(random.normal(random.key(seed), [count, 4]), { batchSize: count });
}

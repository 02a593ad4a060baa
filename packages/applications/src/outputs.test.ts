import '@manabi/backend-cpu/register';
import { describe, expect, test } from '@jest/globals';
import { fromHost } from '@manabi/core';
import { create, type GoldenOutputs, outputs, titleOf } from './goldens.fixture.ts';
import { seededImage, seedNetwork } from './seeded.fixture.ts';

// Written by tooling/goldens/applications: outputs of Keras's networks for seeded weights and images.

async function check(golden: GoldenOutputs): Promise<void> {
  const network = await create(golden);
  seedNetwork(network);
  const shape = golden.options.input_shape;
  if (!Array.isArray(shape)) throw new Error('The golden has no input shape.');
  const image = fromHost(seededImage(shape, golden.pixels));
  const values = [...(await (await network.predict(image)).data())].map(Number);
  const scale = Math.max(...values.map(Math.abs));
  const errors = golden.values.map((expected, i) => Math.abs(values[i] - expected) / scale);
  expect(Math.max(...errors)).toBeLessThan(1e-5);
  const sum = values.reduce((total, value) => total + Math.abs(value), 0);
  expect(Math.abs(sum / golden.sum - 1)).toBeLessThan(1e-5);
}

/** Networks whose outputs are always compared, one or two of each family; `MANABI_APPLICATIONS=all` compares all. */
const QUICK: readonly (readonly [network: string, size: string])[] = [
  ['resNet50', '32,32'],
  ['mobileNet', '64,48'],
  ['mobileNetV2', '96,65'],
  ['mobileNetV3Small', '65,64'],
  ['inceptionV3', '75,75'],
  ['xception', '71,71'],
  ['efficientNetB0', '49,64'],
  ['efficientNetV2B0', '32,32'],
];

const chosen =
  process.env.MANABI_APPLICATIONS === 'all'
    ? outputs
    : outputs.filter(({ network, options }) =>
        QUICK.some(([name, size]) => name === network && String(options.input_shape) === `${size},3`),
      );

describe('the outputs of the networks equal those of Keras', () => {
  test.each(chosen.map((golden) => [titleOf(golden), golden] as const))('%s', (_, golden) => check(golden));
});

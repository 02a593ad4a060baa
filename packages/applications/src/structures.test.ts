import { beforeEach, describe, expect, test } from '@jest/globals';
import { clearSession } from '@manabi/layers';
import { describeLayers, digitsOf } from './described.fixture.ts';
import { create, structures, titleOf } from './goldens.fixture.ts';

// Written by tooling/goldens/applications: layers of Keras's networks.

beforeEach(clearSession);

/** Networks that differ from smaller ones only in their tables: compared with `MANABI_APPLICATIONS=all`. */
const LARGE = /^(resNet152|denseNet201|nasNetLarge|efficientNetB[4-7]|efficientNetV2[ML]|convNeXt(Small|Large|XLarge))/;

const chosen = structures.filter(({ network }) => process.env.MANABI_APPLICATIONS === 'all' || !LARGE.test(network));

describe('the layers of the networks equal those of Keras', () => {
  test.each(chosen.map((golden) => [titleOf(golden), golden] as const))('%s', async (_, golden) => {
    const network = await create(golden);
    const described = describeLayers(network, !golden.network.startsWith('mobileNetV3'));
    const expected = golden.layers.match(/.{4}/g) ?? [];
    const differing = described.filter((line, i) => digitsOf(line) !== expected[i]);
    expect(differing.slice(0, 3)).toEqual([]);
    expect(described).toHaveLength(expected.length);
    expect(network.countParams()).toBe(golden.params);
    const trainable = network.trainableWeights.reduce((sum, { size }) => sum + size, 0);
    expect(trainable).toBe(golden.trainable);
    if (!golden.network.startsWith('mobileNetV3')) expect(network.name).toBe(golden.name);
  });
});

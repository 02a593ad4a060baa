import '@manabi/backend-cpu/register';
import { afterAll, describe, expect, test } from '@jest/globals';
import { clearSession, layers } from '@manabi/layers';
import { Tally } from '../tally.ts';
import { type Composites, differenceOf, exported, predictionsOf } from './agreement.ts';
import type { ExportCase } from './export-case.ts';
import { exportGaps } from './export-gaps.ts';
import { layerCases } from './layer-cases.ts';
import { networkCases } from './network-cases.ts';

/** ONNX Runtime kernels round differently from the CPU backend. */
const TOLERANCE = 1e-5;

const ways: readonly Composites[] = ['operators', 'bodies'];
const tally = new Tally('ONNX Runtime', ways);

/**
 * Exports a model with each form of composites. Returns, by form, how its predictions in ONNX Runtime are wrong; null
 * if they are correct.
 */
async function faultsOf(one: ExportCase): Promise<ReadonlyMap<Composites, string | null>> {
  clearSession();
  const subject = await one.make();
  const predictions = await predictionsOf(subject, one);
  const faults = new Map<Composites, string | null>();
  for (const composites of ways) {
    try {
      const difference = await differenceOf(await exported(subject, one, { composites }), predictions);
      faults.set(composites, difference <= TOLERANCE ? null : `differs by ${difference}`);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      faults.set(composites, error.message);
    }
  }
  return faults;
}

/**
 * Returns descriptions of wrong predictions that are not listed in `exportGaps`, and of listed gaps in which the
 * predictions are correct.
 */
async function unexpectedOf(one: ExportCase): Promise<readonly string[]> {
  return [...(await faultsOf(one))].flatMap(([composites, fault]) => {
    const gap = exportGaps.find((each) => each.case === one.name && (each.composites ?? composites) === composites);
    tally.count(one.group, composites, fault === null ? 'passed' : gap === undefined ? 'failed' : 'gap');
    if (gap === undefined) return fault === null ? [] : [`with ${composites}: ${fault}`];
    tally.remark(`gap: ${one.name}: ${gap.reason}`);
    return fault === null ? [`with ${composites}: no longer fails; remove this gap: ${gap.reason}`] : [];
  });
}

const cases = [...layerCases, ...networkCases].map((one) => [one.name, one] as const);

describe('models of one layer predict the same values in ONNX Runtime, with composites as operators or inlined', () => {
  test.each(cases)('%s', async (_name, one) => expect(await unexpectedOf(one)).toEqual([]));
});

describe.each([
  { opset: 18, irVersion: 8 },
  { opset: 23, irVersion: 11 },
])('networks exported to opset $opset predict the same values in ONNX Runtime as in manabi', (options) => {
  test.each(networkCases.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
    clearSession();
    const subject = await one.make();
    const difference = await differenceOf(await exported(subject, one, options), await predictionsOf(subject, one));
    expect(difference).toBeLessThanOrEqual(TOLERANCE);
  });
});

/** Layers without a golden of Keras, with the models that contain them. */
const coveredElsewhere: Readonly<Record<string, string>> = {
  hashedCrossing: 'in the network of crossed integers',
  hashing: 'in the network of hashed integers',
  input: 'in every functional model',
  inputLayer: 'in the sequential models',
  integerLookup: 'in the network of looked-up integers',
  lambda: 'in the custom recurrence',
  stackedRNNCells: 'in the custom recurrence',
  stringInput: 'in the network of hashed strings',
  stringLookup: 'in the network of one-hot tokens',
  textVectorization: 'in the network of encoded texts',
  wrapper: 'as bidirectional, timeDistributed and spectralNormalization, which are wrappers',
};

test('every layer class occurs in a tested model', () => {
  const tried = new Set(layerCases.map(({ layer }) => layer.toLowerCase()));
  const missing = Object.keys(layers).filter((name) => !tried.has(name.toLowerCase()));
  expect(missing).toEqual(Object.keys(coveredElsewhere));
});

afterAll(() => {
  process.stdout.write(`\n${tally.format()}\n`);
});

import '@manabi/backend-cpu/register';
import { describe, expect, test } from '@jest/globals';
import { clearSession } from '@manabi/layers';
import { runsWholeMatrix } from '../cases-by-day.ts';
import { differenceOf, exported, predictionsOf } from './agreement.ts';
import { layerPairs } from './layer-pairs.ts';

/** ONNX Runtime kernels round differently from the CPU backend. */
const TOLERANCE = 1e-5;

/** All pairs if `MANABI_MATRIX` is `all`; otherwise every fourth one: each layer comes first and second at least five times. */
const pairs = layerPairs.filter((_, i) => runsWholeMatrix || i % 4 === 0);

const groups = [...new Set(pairs.map(({ group }) => group))];

describe('models of two layers predict the same values in ONNX Runtime as in manabi', () => {
  test.each(groups)('%s, followed by supported layers', async (group) => {
    const faults: string[] = [];
    for (const one of pairs.filter((pair) => pair.group === group)) {
      clearSession();
      const subject = await one.make();
      const difference = await differenceOf(await exported(subject, one, {}), await predictionsOf(subject, one));
      if (!(difference <= TOLERANCE)) faults.push(`${one.name}: differs by ${difference}`);
    }
    expect(faults).toEqual([]);
  });
});

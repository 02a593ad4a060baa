import { afterAll, expect, test } from '@jest/globals';
import { opNames } from '@manabi/ir';
import { sampleSection } from '../sections/samples.ts';
import { Tally } from '../tally.ts';
import { faultOf } from './fault-of.ts';
import { operatorGaps } from './operator-gaps.ts';

/** Largest number of failures that one test lists. */
const LISTED = 8;

const tally = new Tally('ONNX Runtime', ['samples']);

test('every operator has samples to export', () => {
  expect(sampleSection.groups.map(({ name }) => name)).toEqual(opNames);
});

for (const { name, family, cases } of sampleSection.groups) {
  test(`${name} has the same results in ONNX Runtime as in the reference interpreter`, async () => {
    const failures: string[] = [];
    for (const one of cases()) {
      if ('refusal' in one) continue;
      const gap = operatorGaps.find(({ ops, sample }) => ops.some((op) => op === name) && sample.test(one.name));
      const fault = await faultOf(name, one.graph, one.inputs, 'operators');
      tally.count(family, 'samples', fault === null ? 'passed' : gap === undefined ? 'failed' : 'gap');
      if (gap !== undefined) tally.remark(`gap: ${name}: ${gap.reason}`);
      if (gap === undefined && fault !== null) failures.push(`${one.name}: ${fault}`);
      if (gap !== undefined && fault === null)
        failures.push(`${one.name}: no longer fails; remove this gap: ${gap.reason}`);
    }
    expect(failures.slice(0, LISTED)).toEqual([]);
  });
}

afterAll(() => {
  process.stdout.write(`\n${tally.format()}\n`);
});

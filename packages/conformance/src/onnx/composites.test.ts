import { afterAll, describe, expect, test } from '@jest/globals';
import { inspectOnnx, programToOnnx } from '@manabi/onnx';
import { compositeSection } from '../sections/composites.ts';
import { Tally } from '../tally.ts';
import { compositeGaps } from './composite-gaps.ts';
import { compositeOperators } from './composite-operators.ts';
import { faultOf } from './fault-of.ts';
import { programOf } from './program-of.ts';

const ways = ['operators', 'bodies'] as const;
/** ONNX operators that exported files may contain not only for composites, but also for operators of the graph. */
const inBodiesToo: readonly string[] = ['Mod', 'AveragePool', 'Sigmoid'];

const tally = new Tally('ONNX Runtime', ways);

describe.each(compositeSection.groups.map((group) => ({ group, name: group.name })))('$name', ({ group, name }) => {
  test.each(ways)(
    'has the same results in ONNX Runtime as in the reference interpreter, exported as %s',
    async (composites) => {
      const failures: string[] = [];
      for (const one of group.cases()) {
        if ('refusal' in one) continue;
        const gap = compositeGaps.find(
          (each) =>
            each.composite === name && (each.composites ?? composites) === composites && one.name.endsWith(each.sample),
        );
        const fault = await faultOf(name, one.graph, one.inputs, composites);
        tally.count(name, composites, fault === null ? 'passed' : gap === undefined ? 'failed' : 'gap');
        if (gap !== undefined) tally.remark(`gap: ${name}, ${gap.sample}: ${gap.reason}`);
        if (gap === undefined && fault !== null) failures.push(`${one.name}: ${fault}`);
        if (gap !== undefined && fault === null)
          failures.push(`${one.name}: no longer fails; remove this gap: ${gap.reason}`);
      }
      expect(failures).toEqual([]);
    },
  );

  test('is exported as the matching ONNX operator by default, and inlined with the option composites: bodies', async () => {
    const found = { operators: new Set<string>(), bodies: new Set<string>() };
    for (const one of group.cases()) {
      if ('refusal' in one) continue;
      for (const composites of ways) {
        const bytes = programToOnnx(programOf(one.graph), { name, composites });
        for (const operator of Object.keys(inspectOnnx(bytes).operators)) found[composites].add(operator);
      }
    }
    const expected = Object.entries(compositeOperators).find(([composite]) => composite === name)?.[1] ?? null;
    if (expected === null) expect([...found.operators].filter((operator) => !found.bodies.has(operator))).toEqual([]);
    else expect([...found.operators]).toContain(expected);
    if (expected !== null && !inBodiesToo.includes(expected)) expect([...found.bodies]).not.toContain(expected);
  });
});

afterAll(() => {
  process.stdout.write(`\n${tally.format()}\n`);
});

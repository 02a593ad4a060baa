import { afterAll, describe, expect, test } from '@jest/globals';
import { openSession, programToOnnx } from '@manabi/onnx';
import { judgeOf } from '../judge.ts';
import type { Case } from '../matrix.ts';
import { networkSection } from '../sections/networks.ts';
import { randomGradientSection, randomSection } from '../sections/random-graphs.ts';
import { Tally } from '../tally.ts';
import { programOf } from './program-of.ts';

/** Number of graphs that run for each number of operators. */
const GRAPHS = 12;

const sections = [randomSection, randomGradientSection, networkSection];
const tally = new Tally(
  'ONNX Runtime',
  sections.map(({ name }) => name),
);

describe.each(sections)('$name', (section) => {
  test.each(section.groups)(
    '$name: ONNX Runtime computes the same results as the reference interpreter',
    async ({ family, cases }) => {
      const failures: string[] = [];
      for (const one of cases().slice(0, GRAPHS)) {
        if ('refusal' in one) continue;
        const fault = await faultOf(one);
        tally.count(family, section.name, fault === null ? 'passed' : 'failed');
        if (fault !== null) failures.push(`${one.name}: ${fault}`);
      }
      expect(failures).toEqual([]);
    },
  );
});

afterAll(() => {
  process.stdout.write(`\n${tally.format()}\n`);
});

/** Runs a graph in ONNX Runtime and describes how the outputs differ from the reference; null if they agree. */
async function faultOf({ name, graph, inputs }: Case): Promise<string | null> {
  try {
    const session = await openSession(programToOnnx(programOf(graph), { name }), { threads: 1 });
    const named = Object.fromEntries(inputs.map((input, i) => [`x${i}`, input]));
    const outputs = await session.run(named).finally(() => session.release());
    const judge = judgeOf(graph, inputs, 'exact');
    return judge(session.outputNames.map((output) => outputs[output]));
  } catch (error) {
    return String(error);
  }
}

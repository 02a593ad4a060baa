import { describe, expect, test } from '@jest/globals';
import { createBackendFrom, createEdgeBackend } from '@manabi/backend-cpu/placement';
import { opNames } from '@manabi/ir';
import { type Candidate, candidates } from './candidates.ts';
import { fewerByDay } from './cases-by-day.ts';
import { describeMatrix } from './describe-matrix.fixture.ts';
import { hasRoutine } from './gap.ts';
import type { Case } from './matrix.ts';
import { equalBits, runGraph } from './run-graph.ts';
import { largeSection } from './sections/large.ts';
import { networkSection } from './sections/networks.ts';
import { sampleSection } from './sections/samples.ts';

const [cpu] = candidates;

/** CPU backends whose buffers have addresses of 32 bits. */
const high: readonly Candidate[] = [
  // The first blocks of memory are below 2 GiB; later blocks, including tables and arenas, are above.
  { ...cpu, name: 'cpu across 2 GiB', create: () => createBackendFrom(2 ** 31 - 1024) },
  { ...cpu, name: 'cpu just below 4 GiB', create: () => createBackendFrom(2 ** 32 - 2 ** 28) },
];

describeMatrix(
  [sampleSection, largeSection, networkSection].map((section) => fewerByDay(section, 2)),
  { on: high },
);

describe('operators do not access memory past the end of a buffer', () => {
  const sections = [sampleSection, largeSection].map((section) => fewerByDay(section, 4));
  // Generated loops must not read past the end of a buffer; routines may read up to 12 bytes past it.
  for (const [name, options, concerns] of [
    ['with routines', {}, hasRoutine],
    ['without routines', { routines: [] }, () => true],
  ] as const) {
    const { backend, chooseAfter } = createEdgeBackend(options);
    describe(name, () => {
      test.each(opNames)('%s', async (op) => {
        for (const { groups } of sections) {
          for (const group of groups) {
            if (group.name !== op) continue;
            for (const one of group.cases()) {
              if (!('refusal' in one) && concerns(one.graph)) await checkAtEdge(one, backend, chooseAfter);
            }
          }
        }
      });
    });
  }

  async function checkAtEdge(
    { name, graph, inputs }: Case,
    backend: ReturnType<typeof createEdgeBackend>['backend'],
    chooseAfter: (count: number) => void,
  ): Promise<void> {
    const expected = await runGraph(backend, graph, inputs);
    // Memory is allocated in blocks: for the table of buffers and the constants, then for the inputs, the arena and the
    // outputs.
    const blocks = inputs.length + graph.outputs.length + graph.nodes.length + 2;
    for (let count = 0; count < blocks; count++) {
      chooseAfter(count);
      const { outputs, problem } = await runGraph(backend, graph, inputs, [], false);
      const same = outputs.every((output, i) => equalBits(output, expected.outputs[i]));
      expect({ name, count, same, problem }).toEqual({ name, count, same: true, problem: null });
    }
  }
});

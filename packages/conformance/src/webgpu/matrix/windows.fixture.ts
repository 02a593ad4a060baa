import { beforeAll, describe, expect, test } from '@jest/globals';
import { createWebGpuBackend } from '@manabi/backend-webgpu';
import { type Backend, ManabiError } from '@manabi/ir';
import { type Case, type Group, type Section, withJudges } from '../../matrix.ts';
import { runGraph } from '../../run-graph.ts';
import { describeWithWebGpu, runsAll } from '../webgpu.fixture.ts';
import { wrappedDevice } from '../wrapped-device.fixture.ts';
import { some } from './matrix.fixture.ts';

/** Largest size of a binding in bytes. The record of index errors, which has no windows, takes up to 1,300 bytes. */
const LARGEST = 1312;

/** Except in nightly runs, one of this number of operators or composites is tested. */
const ONE_OF = 16;

/** Runs a case. Returns what is wrong with it; null if nothing is, `refused` if a step would bind too many windows. */
async function problemOf(backend: Backend, one: Case): Promise<string | null> {
  try {
    const { outputs, problem } = await runGraph(backend, one.graph, one.inputs, one.donated, true);
    return withJudges(one).judge('exact')(outputs) ?? problem;
  } catch (error) {
    if (error instanceof ManabiError && error.code === 'memory' && error.data.windows !== undefined) return 'refused';
    return `${error}`;
  }
}

const usesFloat64 = ({ graph }: Case): boolean => graph.types.some(({ dtype }) => dtype === 'float64');

const tunings = ['hardware', 'software'] as const;

/**
 * Defines the tests of sections on a device with small bindings, in both tunings. In nightly runs, they run every case;
 * otherwise one case of some groups.
 */
export function describeInWindows(given: readonly Section[]): void {
  const sections = given
    .map((section) => some(section, 1))
    .map((section) => (runsAll ? section : { ...section, groups: section.groups.filter((_, i) => i % ONE_OF === 0) }));
  describeWithWebGpu('the conformance matrix on a device with small bindings', () => {
    const backends = new Map<string, Backend>();
    let [cases, refused] = [0, 0];

    beforeAll(async () => {
      for (const tuning of tunings) {
        const limits = { maxStorageBufferBindingSize: LARGEST, maxStorageBuffersPerShaderStage: 10 };
        backends.set(tuning, await createWebGpuBackend({ device: await wrappedDevice({ limits }), tuning }));
      }
    });

    for (const { name, groups } of sections) {
      describe(name, () => {
        const check = async (group: Group): Promise<void> => {
          const failures: string[] = [];
          for (const [tuning, backend] of backends) {
            for (const one of group.cases()) {
              if ('refusal' in one || usesFloat64(one)) continue;
              const problem = await problemOf(backend, one);
              cases++;
              if (problem === 'refused') refused++;
              else if (problem !== null) failures.push(`${one.name}, tuned for ${tuning}: ${problem}`);
            }
          }
          expect(failures).toEqual([]);
        };
        test.each(groups)('$name equals that of the reference interpreter', check);
      });
    }

    test('refuses few cases', () => {
      process.stdout.write(`\n${cases} cases on a device with small bindings, ${refused} of them refused\n`);
      expect(cases).toBeGreaterThan(0);
      expect(refused).toBeLessThan(Math.max(3, cases / 10));
    });
  });
}

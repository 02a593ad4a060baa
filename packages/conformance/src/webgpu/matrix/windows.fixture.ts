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

/** Largest number of buffers, or windows of them, that a shader binds. */
const MOST_BINDINGS = 10;

/** Except in nightly runs, one of this number of operators or composites is tested. */
const ONE_OF = 16;

/**
 * Runs a case. Returns what is wrong with it; null if nothing is. If a step would bind too many windows, returns `too large`
 * for a tensor that is larger than all windows that a shader can bind, and `refused` for others.
 */
async function problemOf(backend: Backend, one: Case): Promise<string | null> {
  try {
    const { outputs, problem } = await runGraph(backend, one.graph, one.inputs, one.donated, true);
    return withJudges(one).judge('exact')(outputs) ?? problem;
  } catch (error) {
    if (!(error instanceof ManabiError && error.code === 'memory' && error.data.windows !== undefined))
      return `${error}`;
    return Number(error.data.bytes) > MOST_BINDINGS * LARGEST ? 'too large' : 'refused';
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
    let [cases, refused, tooLarge] = [0, 0, 0];

    beforeAll(async () => {
      for (const tuning of tunings) {
        const limits = { maxStorageBufferBindingSize: LARGEST, maxStorageBuffersPerShaderStage: MOST_BINDINGS };
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
              else if (problem === 'too large') tooLarge++;
              else if (problem !== null) failures.push(`${one.name}, tuned for ${tuning}: ${problem}`);
            }
          }
          expect(failures).toEqual([]);
        };
        test.each(groups)('$name equals that of the reference interpreter', check);
      });
    }

    test('refuses few cases', () => {
      const counts = `${refused} refused, ${tooLarge} with tensors that are too large`;
      process.stdout.write(`\n${cases} cases on a device with small bindings: ${counts}\n`);
      expect(cases).toBeGreaterThan(2 * tooLarge);
      expect(refused).toBeLessThan(Math.max(2, cases / 50));
    });
  });
}

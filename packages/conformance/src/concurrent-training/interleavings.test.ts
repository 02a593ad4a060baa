import '@manabi/backend-cpu/register';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hostArray, ManabiError, registerBackend, setBackend } from '@manabi/core';
import { type Model, register } from '@manabi/layers';
import { randomSource } from '@manabi/testing';
import { type Action, functionActions, methodActions, type Scene, trainerActions } from './actions.fixture.ts';
import { Counter, countingModel, Lookup, samples } from './counting-model.fixture.ts';
import { deferredBackend } from './deferred-backend.fixture.ts';
import { publicMembers, reasons } from './members.fixture.ts';

const actions: Readonly<Record<string, Action>> = { ...methodActions, ...trainerActions, ...functionActions };
const setters = ['setWeights', 'assign', 'loadWeights'];

beforeAll(() => {
  register('layer', 'Counter', Counter);
  registerBackend('deferred', deferredBackend);
});
afterAll(() => setBackend('cpu'));

/** Seeds of the runs on each backend: 2, or 20 if `MANABI_FUZZ` is set. */
const SEEDS = Array.from({ length: process.env.MANABI_FUZZ === undefined ? 2 : 20 }, (_, seed) => seed + 1);

/**
 * Difference between successive values that `setWeights` sets: more than the number of training steps in a run, and
 * small enough for exact float32 losses.
 */
const ERA = 10_000;

/**
 * Runs random actions while two models that share a layer are training. Every read must return the same count for all
 * elements of a layer, and the count must not be older than the last `setWeights`.
 */
async function interleave(seed: number, { withSetters }: { readonly withSetters: boolean }): Promise<void> {
  const random = randomSource(seed);
  const names = Object.keys(actions).filter((name) => withSetters || !setters.includes(name));
  const shared = new Counter({ name: 'shared' });
  const models = [countingModel('first', shared), countingModel('second', shared)];
  const isLong = [true, random.next() < 0.5];
  const errors: unknown[] = [];
  let counts = 0;
  /**
   * For each layer, sets of values that its weights may last have been set to. The first set holds the values possible
   * now; each other set holds those possible at any time since a running action started.
   */
  const eras = new Map<string, Set<number>[]>();
  /** Values that an action has requested but may not have set yet. */
  const pending = new Set<number>();
  const erasOf = (layer: string): Set<number>[] => {
    const known = eras.get(layer) ?? [new Set([0])];
    eras.set(layer, known);
    return known;
  };

  const sceneOf = (model: Model, isTraining: () => boolean): { scene: Scene; end: () => void } => {
    const layers = model.layers.map(({ name }) => name);
    const allowed = new Map(
      [shared.name, ...models.map((each) => each.layers[1].name)].map((name) => {
        const mine = new Set(erasOf(name)[0]);
        erasOf(name).push(mine);
        return [name, mine] as const;
      }),
    );
    return {
      end: () => {
        for (const [name, mine] of allowed) erasOf(name).splice(erasOf(name).indexOf(mine), 1);
      },
      scene: {
        model,
        count: random.integer(1, 12),
        nextCount: () => {
          const count = ++counts * ERA;
          pending.add(count);
          for (const layer of layers) for (const set of erasOf(layer)) set.add(count);
          return count;
        },
        wereSet: (count) => {
          pending.delete(count);
          for (const layer of layers) {
            const [now] = erasOf(layer);
            // A call of loadWeights that has not finished may still set its value.
            for (const other of [...now]) if (other !== count && !pending.has(other)) now.delete(other);
          }
        },
        saw: (seen) => {
          for (const [layer, values] of Object.entries(seen)) {
            const mine = allowed.get(layer);
            if (mine === undefined) continue;
            if (values.some((value) => value !== values[0]))
              throw new Error(`weights of ${layer} are from different steps: ${values}`);
            const era = Math.floor(values[0] / ERA) * ERA;
            if (withSetters && !mine.has(era))
              throw new Error(`count of ${layer} must start from one of ${[...mine]}; got ${values[0]}`);
          }
        },
        isTraining,
        expectRejected: async (attempt) => {
          try {
            await attempt();
          } catch (error) {
            if (error instanceof ManabiError && error.data.training === true) return;
            throw error;
          }
          throw new Error('The call must be rejected during training.');
        },
        pause: () => pause(random.integer(0, 4)),
      },
    };
  };

  /**
   * Yields batches without end. If actions set weights, waits before each batch, which keeps the number of steps below
   * `ERA`.
   */
  async function* batches(size: number) {
    for (;;) {
      if (withSetters) await pause(1 + random.integer(0, 2));
      yield { x: samples(size) };
    }
  }
  await Promise.all(models.map((model) => model.loadTrainer()));
  const trainings = models.map((model, i) => {
    if (!isLong[i]) return Promise.resolve(null);
    return withSetters || i === 0
      ? model.fit(() => batches([4, 7][i]), { epochs: 1e6, stepsPerEpoch: 5, verbose: 0 })
      : model.fit(samples(20), null, { batchSize: 7, epochs: 1e6, verbose: 0 });
  });
  for (const training of trainings) training.catch((error: unknown) => errors.push(error));
  const running = new Set<Promise<unknown>>();
  for (let i = 0; i < 60; i++) {
    const name = names[random.integer(0, names.length)];
    const which = random.integer(0, 2);
    const { scene, end } = sceneOf(models[which], () => isLong[which]);
    const action = actions[name](scene)
      .catch((error: unknown) => {
        errors.push(`${name} of ${scene.model.name}: ${error instanceof Error ? error.stack : error}`);
      })
      .finally(() => {
        end();
        running.delete(action);
      });
    running.add(action);
    if (random.next() < 0.5) await action;
    await pause(random.integer(0, 3));
  }
  await Promise.all(running);
  for (const model of models) model.stopTraining = true;
  await Promise.all(trainings).catch(() => undefined);
  expect(errors).toEqual([]);

  const [first, second] = await Promise.all(models.map((model) => model.getWeights()));
  const [a, b] = await Promise.all(models.map((model) => model.trainer.iterations()));
  expect(first.slice(0, 3)).toEqual(second.slice(0, 3));
  if (withSetters) return;
  // Every step was counted exactly once.
  for (const { data } of first.slice(0, 3)) expect([...data].every((count) => count === a + b)).toBe(true);
  for (const { data } of first.slice(3)) expect([...data].every((count) => count === a)).toBe(true);
  for (const { data } of second.slice(3)) expect([...data].every((count) => count === b)).toBe(true);
}

function pause(delay: number): Promise<void> {
  if (delay === 0) return Promise.resolve();
  return new Promise((resolve) => (delay === 1 ? setImmediate(resolve) : setTimeout(resolve, delay)));
}

test('every public member of models and trainers is tested by an action, or is excluded with a reason', () => {
  const report = readFileSync(new URL('../../../layers/api.md', import.meta.url), 'utf8');
  const members = publicMembers(report, ['Layer', 'Model', 'Sequential', 'Functional', 'Trainer', 'UpdateMemory']);
  const listed = [...Object.keys(methodActions), ...Object.keys(trainerActions), ...Object.keys(reasons)];
  expect(members.filter((name) => !listed.includes(name))).toEqual([]);
  expect(listed.filter((name) => !members.includes(name))).toEqual([]);
});

describe.each(['cpu', 'deferred'])('during training of two models that share a layer, on %s', (backend) => {
  beforeAll(() => setBackend(backend));

  test.each(SEEDS)(
    'every method reads weights that belong to one training step, and no training step is lost (seed %d)',
    async (seed) => {
      await interleave(seed, { withSetters: false });
    },
  );

  test.each(SEEDS)('reads that start after setWeights return the new weights (seed %d)', async (seed) => {
    await interleave(seed, { withSetters: true });
  });

  test('a failed or aborted training does not affect the training of another model', async () => {
    const shared = new Counter({ name: 'shared' });
    const steady = countingModel('steady', shared);
    const failing = countingModel('failing', shared, [new Lookup()]);
    const aborted = countingModel('aborted', shared);
    const fail = async (): Promise<void> => {
      // The third of five batches contains an invalid index.
      const bad = hostArray('float32', [5, 1], Float32Array.of(0, 1, 7, 1, 0));
      const controller = new AbortController();
      const ended = [
        failing.fit(bad, null, { batchSize: 1, epochs: 3, shuffle: false, verbose: 0 }),
        aborted.fit(samples(8), null, { batchSize: 2, epochs: 1e6, verbose: 0, signal: controller.signal }),
      ];
      setTimeout(() => controller.abort(), 5);
      const outcomes = await Promise.allSettled(ended);
      expect(outcomes).toMatchObject([
        { status: 'rejected', reason: { code: 'index', data: { index: 7 } } },
        { status: 'rejected', reason: { code: 'aborted' } },
      ]);
      expect(await (await failing.predict(samples(2))).data()).toHaveLength(2 * (1 + 12));
    };
    const training = steady.fit(samples(20), null, { batchSize: 4, epochs: 1e6, verbose: 0 });
    try {
      for (let i = 0; i < 6; i++) await fail();
    } finally {
      steady.stopTraining = true;
      await training;
    }
    const models = [steady, failing, aborted];
    const counts = await Promise.all(models.map((model) => model.trainer.iterations()));
    const [all] = await shared.getWeights();
    // Each failing training completed two steps; the failed step is not counted.
    expect(counts[1]).toBe(12);
    expect(all.data[0]).toBe(counts.reduce((sum, count) => sum + count, 0));
  });
});

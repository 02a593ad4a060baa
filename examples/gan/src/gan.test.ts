import '@manabi/backend-cpu/register';
import { expect, test } from '@jest/globals';
import { ring, sample, shapeOf, trainRing } from './ring.ts';

test('the generator of the GAN produces points with the radius and width of the ring, in all directions', async () => {
  const real = shapeOf((await ring(1024, 5)).data);
  const untrained = shapeOf(await (await sample(await trainRing(1, 0), 1024, 5)).data());
  const trained = shapeOf(await (await sample(await trainRing(1, 100), 1024, 5)).data());
  expect(untrained.meanRadius).toBeLessThan(0.7);
  expect(Math.abs(trained.meanRadius - real.meanRadius)).toBeLessThan(0.08);
  expect(trained.deviation).toBeLessThan(0.12);
  expect(trained.emptiest).toBeGreaterThan(0.4);
});

test('the losses of critic and generator appear in the history and stay bounded', async () => {
  const gan = await trainRing(2, 0);
  const { history } = await gan.fit(await ring(1024, 2), null, { epochs: 20, batchSize: 128, verbose: 0 });
  expect(Object.keys(history)).toEqual(['criticLoss', 'generatorLoss']);
  // At the equilibrium, the critic cannot distinguish generated from real samples: its loss is 2 ln 2, and the
  // generator's loss ln 2.
  expect(history.criticLoss.every((loss) => loss > 0.5 && loss < 2)).toBe(true);
  expect(history.generatorLoss.every((loss) => loss > 0.3 && loss < 3)).toBe(true);
});

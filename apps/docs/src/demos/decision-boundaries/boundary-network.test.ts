import { expect, test } from '@jest/globals';
import { createBoundaryNetwork } from './boundary-network.ts';
import { GRID, type Settings } from './messages.ts';
import { pointsOf } from './points.ts';
import { defaults } from './settings-view.ts';

/** Trains with some settings, and returns the report after the last epoch. */
async function trained(changes: Partial<Settings>, epochs: number) {
  const settings = { ...defaults, ...changes };
  const network = await createBoundaryNetwork(settings);
  for (let epoch = 0; epoch < epochs; epoch++) await network.trainEpoch(settings.batchSize);
  return network.report();
}

test.each<[string, Partial<Settings>, number, number]>([
  ['circle with the settings of the start', {}, 40, 0.95],
  ['xor', { dataset: 'xor' }, 60, 0.9],
  ['gauss without hidden layers', { dataset: 'gauss', hidden: [] }, 20, 0.95],
  ['xor without hidden layers, with the product', { dataset: 'xor', hidden: [], features: ['x₁x₂'] }, 40, 0.95],
  ['circle without hidden layers, with squares', { hidden: [], features: ['x₁²', 'x₂²'] }, 60, 0.9],
  ['spiral with sines', { dataset: 'spiral', hidden: [8, 8], features: ['x₁', 'x₂', 'sin x₁', 'sin x₂'] }, 40, 0.85],
])('learns %s', async (_, changes, epochs, accuracy) => {
  const { accuracy: reached, loss } = await trained(changes, epochs);
  expect(reached.test).toBeGreaterThan(accuracy);
  expect(loss.train).toBeLessThan(0.4);
});

test('does not learn circle without hidden layers', async () => {
  expect((await trained({ hidden: [] }, 20)).accuracy.train).toBeLessThan(0.75);
});

test('reports the outputs of all units, and the weights between them', async () => {
  const { maps, weights } = await trained({ hidden: [3, 2] }, 0);
  expect(maps.map((units) => units.map(({ length }) => length))).toEqual([
    [GRID * GRID, GRID * GRID, GRID * GRID],
    [GRID * GRID, GRID * GRID],
    [GRID * GRID],
  ]);
  expect(weights.map(({ units, kernel, bias }) => [units, kernel.length, bias.length])).toEqual([
    [3, 6, 3],
    [2, 6, 2],
    [1, 2, 1],
  ]);
});

test('keeps weights small with regularization', async () => {
  const sum = async (regularization: 'none' | 'l2') => {
    const { weights } = await trained({ regularization, regularizationRate: 0.1 }, 10);
    return weights.flatMap(({ kernel }) => [...kernel]).reduce((total, weight) => total + weight ** 2, 0);
  };
  expect(await sum('l2')).toBeLessThan(0.3 * (await sum('none')));
});

test('draws the same points for the same seed, half of them in each class', async () => {
  const points = await pointsOf('gauss', 0, 40, 3);
  expect(await pointsOf('gauss', 0, 40, 3)).toEqual(points);
  expect(await pointsOf('gauss', 0, 40, 4)).not.toEqual(points);
  expect(points.filter(({ label }) => label === 1)).toHaveLength(20);
});

import rows from './iris.json';

/** Names of the species, by label. */
export const species = ['setosa', 'versicolor', 'virginica'] as const;

/** The four lengths of a flower: their names, and their ranges in centimeters. */
export const lengths = [
  { name: 'sepal length', from: 4.3, to: 7.9 },
  { name: 'sepal width', from: 2, to: 4.4 },
  { name: 'petal length', from: 1, to: 6.9 },
  { name: 'petal width', from: 0.1, to: 2.5 },
] as const;

/** The lengths of 150 flowers, and the labels of their species. */
export const flowers = { x: rows.map(({ x }) => x), y: rows.map(({ y }) => y) };

import type { Hdf5Dataset, Hdf5Group } from '../../hdf5/open.ts';

/** Reads the members `0`, `1`, … of a group: the weights of a layer or an optimizer. */
export async function numberedDatasets(group: Hdf5Group): Promise<readonly Hdf5Dataset[]> {
  const numbers = group.names.filter((name) => /^\d+$/.test(name)).sort((a, b) => Number(a) - Number(b));
  const datasets: Hdf5Dataset[] = [];
  for (const name of numbers) {
    const found = await group.get(name);
    if (found?.kind === 'dataset') datasets.push(found);
  }
  return datasets;
}

import type { Hdf5Dataset, Hdf5Group } from '../../hdf5/open.ts';

/** What a group holds at `0`, `1`, …; the weights of a layer or an optimizer. */
export function numberedDatasets(group: Hdf5Group): readonly Hdf5Dataset[] {
  const numbers = group.names.filter((name) => /^\d+$/.test(name)).sort((a, b) => Number(a) - Number(b));
  return numbers.flatMap((name) => {
    const found = group.get(name);
    return found?.kind === 'dataset' ? [found] : [];
  });
}

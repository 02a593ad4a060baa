// Holds every tarball to what npm, bundlers and TypeScript expect of it.
import { readFile } from 'node:fs/promises';
import { lintPack } from './lint-pack.ts';
import { lintTypes } from './lint-types.ts';
import { listPack } from './list-pack.ts';
import { type Pack, withPacks } from './pack.ts';
import { reportBreaches } from './report.ts';

const check = async (pack: Pack): Promise<readonly string[]> => {
  const bytes = await readFile(pack.tarball);
  const lists = [listPack(pack), lintPack(bytes), lintTypes(bytes)];
  return (await Promise.all(lists)).flat().map((message) => `${pack.name}: ${message}`);
};

await withPacks(async (packs) => {
  const breaches = (await Promise.all(packs.map(check))).flat();
  reportBreaches(breaches, `${packs.length} packages hold what they promise.`);
});

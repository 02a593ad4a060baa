// Checks that every tarball contains the files, exports and types that npm, bundlers and TypeScript expect.
import { readFile } from 'node:fs/promises';
import { lintPack } from './lint-pack.ts';
import { lintTypes } from './lint-types.ts';
import { listPack } from './list-pack.ts';
import { type Pack, withPacks } from './pack.ts';
import { reportProblems } from './report.ts';

const check = async (pack: Pack): Promise<readonly string[]> => {
  const bytes = await readFile(pack.tarball);
  const lists = [listPack(pack), lintPack(bytes), lintTypes(bytes)];
  return (await Promise.all(lists)).flat().map((message) => `${pack.name}: ${message}`);
};

await withPacks(async (packs) => {
  const problems = (await Promise.all(packs.map(check))).flat();
  reportProblems(problems, `${packs.length} tarballs are correct.`);
});

import { dirname, join } from 'node:path/posix';
import type { Breach, PackageInfo, SourceFile } from './package-info.ts';

/**
 * Finds circular imports between the files of a package: with one, which file runs first depends on who asks. Type
 * imports and `import()` do not count, since neither runs when a file is loaded.
 *
 * @returns one breach for each circle found
 */
export function checkCycles(packages: readonly PackageInfo[]): Breach[] {
  return packages.flatMap(({ files }) => cyclesOf(files).map(describe));
}

function cyclesOf(files: readonly SourceFile[]): string[][] {
  const byPath = new Map(files.map((file) => [file.path, targetsOf(file)]));
  const done = new Set<string>();
  const cycles: string[][] = [];
  const visit = (path: string, trail: readonly string[]) => {
    const seenAt = trail.indexOf(path);
    if (seenAt >= 0) {
      cycles.push([...trail.slice(seenAt), path]);
      return;
    }
    if (done.has(path)) return;
    for (const target of byPath.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of byPath.keys()) visit(path, []);
  return cycles;
}

function targetsOf({ path, imports }: SourceFile): string[] {
  return imports
    .filter(({ specifier, typeOnly, lazy }) => specifier.startsWith('.') && !typeOnly && !lazy)
    .map(({ specifier }) => join(dirname(path), specifier));
}

function describe(cycle: readonly string[]): Breach {
  return {
    where: cycle[0],
    message:
      `files import each other in a circle: ${cycle.join(' -> ')}. ` +
      'Move what both need into a file of its own, or make one of the imports a type import.',
  };
}

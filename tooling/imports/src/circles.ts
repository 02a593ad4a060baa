import { filesWithin, isTest, type PackageInfo, type Problem, type SourceFile } from './package-info.ts';

/** For each file or folder, the files or folders that it imports, with the positions of the imports. */
type ImportGraph = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;

/**
 * Finds circular imports inside packages: between files, and between the folders directly under `src`. A file directly
 * in `src` is treated like a folder. Type imports and `import()` are included. Circles between folders ignore the
 * imports of tests.
 *
 * @returns one problem for each circle, with its shortest path
 */
export function checkCircles(packages: readonly PackageInfo[]): Problem[] {
  return packages.flatMap((info) => {
    const { folder, files } = info;
    return [
      ...circlesOf(importsBetween(info, files, (path) => path)).map(describeFiles),
      ...circlesOf(importsBetween(info, files.filter(isSource), (path) => folderOf(folder, path))).map((circle) =>
        describeFolders(folder, circle),
      ),
    ];
  });
}

function isSource({ path }: SourceFile): boolean {
  return !isTest(path);
}

/** Returns the first part of a path below `src`: `emit` for `packages/backend-cpu/src/emit/math/power.ts`. */
function folderOf(folder: string, path: string): string {
  return path.slice(`${folder}/src/`.length).split('/')[0];
}

function importsBetween(
  info: PackageInfo,
  files: readonly SourceFile[],
  nameOf: (path: string) => string,
): ImportGraph {
  const graph = new Map<string, Map<string, string[]>>();
  for (const { path, imports } of files) {
    for (const { specifier, line } of imports) {
      for (const target of filesWithin(info, path, specifier)) {
        const [from, to] = [nameOf(path), nameOf(target)];
        if (from === to && from !== path) continue;
        const targets = graph.get(from) ?? new Map<string, string[]>();
        targets.set(to, [...(targets.get(to) ?? []), `${path}:${line}`]);
        graph.set(from, targets);
      }
    }
  }
  return graph;
}

/**
 * Returns the shortest circle in each group of files or folders that all import each other, directly or indirectly.
 */
function circlesOf(graph: ImportGraph): Circle[] {
  const done = new Set<string>();
  return [...graph.keys()].flatMap((name) => {
    if (done.has(name)) return [];
    const trail = shortestCircle(graph, name);
    if (trail === null) return [];
    for (const each of reachable(graph, name)) if (reachable(graph, each).has(name)) done.add(each);
    return [trail.slice(1).map((to, i) => ({ from: trail[i], to, sites: graph.get(trail[i])?.get(to) ?? [] }))];
  });
}

type Circle = readonly { readonly from: string; readonly to: string; readonly sites: readonly string[] }[];

function shortestCircle(graph: ImportGraph, start: string): readonly string[] | null {
  const trails: (readonly string[])[] = [[start]];
  const seen = new Set<string>();
  for (const trail of trails) {
    for (const to of graph.get(trail[trail.length - 1])?.keys() ?? []) {
      if (to === start) return [...trail, to];
      if (seen.has(to)) continue;
      seen.add(to);
      trails.push([...trail, to]);
    }
  }
  return null;
}

function reachable(graph: ImportGraph, start: string): ReadonlySet<string> {
  const found = new Set<string>();
  const next = [start];
  for (const name of next) {
    for (const to of graph.get(name)?.keys() ?? []) {
      if (found.has(to)) continue;
      found.add(to);
      next.push(to);
    }
  }
  return found;
}

function describeFiles(circle: Circle): Problem {
  return {
    where: circle[0].from,
    message:
      `Files import each other in a circle: ${namesOf(circle)}. ` +
      'Move what they share into a file that imports none of them.',
  };
}

function describeFolders(folder: string, circle: Circle): Problem {
  const steps = circle.map(({ from, to, sites }) => `${from} -> ${to} in ${sites[0]} (${sites.length})`);
  return {
    where: `${folder}/src`,
    message:
      `Folders import each other in a circle: ${namesOf(circle)}. ${steps.join(', ')}. ` +
      'Move what they share into a folder that imports none of them.',
  };
}

function namesOf(circle: Circle): string {
  return [...circle.map(({ from }) => from), circle[0].from].join(' -> ');
}

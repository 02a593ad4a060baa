import { dirname, join } from 'node:path/posix';
import { type Breach, isTest, type PackageInfo, type SourceFile } from './package-info.ts';

/** What imports what: names of files or rooms, and for each arrow the imports that make it. */
type Arrows = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;

/**
 * Finds circular imports inside packages: between files, and between rooms. A room is a folder directly under `src`, or a
 * file there. Type imports and `import()` count: an arrow is an arrow. Tests do not make arrows of their rooms.
 *
 * @returns one breach for each circle, with the shortest way round
 */
export function checkCircles(packages: readonly PackageInfo[]): Breach[] {
  return packages.flatMap(({ folder, files }) => [
    ...circlesOf(arrowsBetween(files, (path) => path)).map(describeFiles),
    ...circlesOf(arrowsBetween(files.filter(isSource), (path) => roomOf(folder, path))).map((circle) =>
      describeRooms(folder, circle),
    ),
  ]);
}

function isSource({ path }: SourceFile): boolean {
  return !isTest(path);
}

/** The first part of a path below `src`: `emit` of `packages/backend-cpu/src/emit/math/power.ts`. */
function roomOf(folder: string, path: string): string {
  return path.slice(`${folder}/src/`.length).split('/')[0];
}

function arrowsBetween(files: readonly SourceFile[], nameOf: (path: string) => string): Arrows {
  const arrows = new Map<string, Map<string, string[]>>();
  for (const { path, imports } of files) {
    for (const { specifier, line } of imports) {
      if (!specifier.startsWith('.')) continue;
      const target = join(dirname(path), specifier);
      const [from, to] = [nameOf(path), nameOf(target)];
      if (from === to && from !== path) continue;
      const targets = arrows.get(from) ?? new Map<string, string[]>();
      targets.set(to, [...(targets.get(to) ?? []), `${path}:${line}`]);
      arrows.set(from, targets);
    }
  }
  return arrows;
}

/** One circle, the shortest, of each set of names that all lead to each other. */
function circlesOf(arrows: Arrows): Circle[] {
  const done = new Set<string>();
  return [...arrows.keys()].flatMap((name) => {
    if (done.has(name)) return [];
    const trail = shortestCircle(arrows, name);
    if (trail === null) return [];
    for (const each of reachable(arrows, name)) if (reachable(arrows, each).has(name)) done.add(each);
    return [trail.slice(1).map((to, i) => ({ from: trail[i], to, sites: arrows.get(trail[i])?.get(to) ?? [] }))];
  });
}

type Circle = readonly { readonly from: string; readonly to: string; readonly sites: readonly string[] }[];

function shortestCircle(arrows: Arrows, start: string): readonly string[] | null {
  const trails: (readonly string[])[] = [[start]];
  const seen = new Set<string>();
  for (const trail of trails) {
    for (const to of arrows.get(trail[trail.length - 1])?.keys() ?? []) {
      if (to === start) return [...trail, to];
      if (seen.has(to)) continue;
      seen.add(to);
      trails.push([...trail, to]);
    }
  }
  return null;
}

function reachable(arrows: Arrows, start: string): ReadonlySet<string> {
  const found = new Set<string>();
  const next = [start];
  for (const name of next) {
    for (const to of arrows.get(name)?.keys() ?? []) {
      if (found.has(to)) continue;
      found.add(to);
      next.push(to);
    }
  }
  return found;
}

function describeFiles(circle: Circle): Breach {
  return {
    where: circle[0].from,
    message:
      `Files import each other in a circle: ${namesOf(circle)}. ` +
      'Move what they share into a file that imports none of them.',
  };
}

function describeRooms(folder: string, circle: Circle): Breach {
  const arrows = circle.map(({ from, to, sites }) => `${from} -> ${to} in ${sites[0]} (${sites.length})`);
  return {
    where: `${folder}/src`,
    message:
      `Rooms import each other in a circle: ${namesOf(circle)}. ${arrows.join(', ')}. ` +
      'Move what they share into a room below them.',
  };
}

function namesOf(circle: Circle): string {
  return [...circle.map(({ from }) => from), circle[0].from].join(' -> ');
}

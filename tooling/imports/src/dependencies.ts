import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path/posix';
import type { ImportSite } from './import-sites.ts';
import { isTest, type PackageInfo, type Problem, type SourceFile, shortName, splitSpecifier } from './package-info.ts';
import { allowedBy, appRows, programRow, type Row } from './table.ts';

/** Rules that dependencies and imports of packages are checked against. */
export interface Rules {
  readonly table: Readonly<Record<string, Row>>;
  /** Packages that the tests of every package may import: the devDependencies of the root package.json. */
  readonly forTests: ReadonlySet<string>;
}

/**
 * Checks the declared dependencies and the imports of every package, including type imports, against the table of
 * floors.
 *
 * @returns every import and dependency that is not allowed
 */
export function checkDependencies(packages: readonly PackageInfo[], rules: Rules): Problem[] {
  return packages.flatMap((from) => {
    const row = rowOf(from, rules.table);
    if (!row) {
      return [
        {
          where: `${from.folder}/package.json`,
          message: `${from.manifest.name} has no row in the table of floors. Add one to tooling/imports/src/table.ts.`,
        },
      ];
    }
    return [
      ...checkDeclared(from, row, rules.table),
      ...from.files.flatMap((file) =>
        file.imports.flatMap((site) => checkImport(from, row, file, site, packages, rules)),
      ),
    ];
  });
}

function rowOf(info: PackageInfo, table: Rules['table']): Row | undefined {
  const name = shortName(info.manifest.name);
  if (!info.folder.startsWith('packages/')) {
    return name !== undefined && Object.hasOwn(appRows, name) ? appRows[name] : programRow;
  }
  return name !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
}

function checkDeclared({ folder, manifest }: PackageInfo, row: Row, table: Rules['table']): Problem[] {
  const where = `${folder}/package.json`;
  const forUse = Object.keys({
    ...manifest.dependencies,
    ...manifest.peerDependencies,
    ...manifest.optionalDependencies,
  });
  const problems = (names: readonly string[], inTest: boolean) =>
    names
      .filter((name) => !isAllowed(name, row, inTest, table))
      .map((name) => notAllowed(where, manifest.name, name, row, inTest, table));
  return [...problems(forUse, false), ...problems(Object.keys(manifest.devDependencies ?? {}), true)];
}

function checkImport(
  from: PackageInfo,
  row: Row,
  file: SourceFile,
  { specifier, line }: ImportSite,
  packages: readonly PackageInfo[],
  { table, forTests }: Rules,
): Problem[] {
  const where = `${file.path}:${line}`;
  const inTest = isTest(file.path);
  if (specifier.startsWith('.')) return checkRelative(where, from, file, specifier);
  if (specifier.startsWith('#')) {
    if (Object.hasOwn(from.manifest.imports ?? {}, specifier)) return [];
    return [
      { where, message: `${specifier} is missing from \`imports\` in ${from.folder}/package.json. Add it there.` },
    ];
  }
  const [name, subPath] = splitSpecifier(specifier);
  if (specifier.startsWith('node:') || builtinModules.includes(name)) return [];
  if (name === from.manifest.name) {
    const message = `${specifier} imports its own package by name. Import the file that you need by its relative path.`;
    return inTest ? [] : [{ where, message }];
  }
  if (!isAllowed(name, row, inTest, table)) return [notAllowed(where, from.manifest.name, name, row, inTest, table)];
  const isBundled = row.bundles?.includes(name) ?? false;
  if (!declared(from, inTest || isBundled).has(name) && !(inTest && forTests.has(name))) {
    const section = inTest ? 'devDependencies' : 'dependencies';
    const message = `${from.manifest.name} imports ${name} without declaring it. Add it to the ${section} of ${from.folder}/package.json.`;
    return [{ where, message }];
  }
  const target = packages.find(({ manifest }) => manifest.name === name);
  if (!target || exportsSubPath(target.manifest.exports, subPath)) return [];
  return [
    {
      where,
      message: `${specifier} is not an entry point of ${name}. Import from '${name}', and export there what is missing.`,
    },
  ];
}

function checkRelative(where: string, from: PackageInfo, file: SourceFile, specifier: string): Problem[] {
  const target = join(dirname(file.path), specifier);
  if (target.startsWith(`${from.folder}/`)) return [];
  return [
    {
      where,
      message: `${specifier} leaves ${from.folder}. Import the other package by its name.`,
    },
  ];
}

function isAllowed(name: string, row: Row, inTest: boolean, table: Rules['table']): boolean {
  const short = shortName(name);
  return short === undefined || allowedBy(row, inTest, table).has(short);
}

function declared({ manifest }: PackageInfo, inTest: boolean): ReadonlySet<string> {
  return new Set(
    Object.keys({
      ...manifest.dependencies,
      ...manifest.peerDependencies,
      ...manifest.optionalDependencies,
      ...(inTest ? manifest.devDependencies : {}),
    }),
  );
}

function exportsSubPath(exports: unknown, subPath: string): boolean {
  if (typeof exports !== 'object' || exports === null) return subPath === '.';
  return Object.keys(exports).some((key) => {
    const [before, after] = key.split('*');
    return after === undefined ? key === subPath : subPath.startsWith(before) && subPath.endsWith(after);
  });
}

function notAllowed(
  where: string,
  from: string,
  to: string,
  row: Row,
  inTest: boolean,
  table: Rules['table'],
): Problem {
  const allowed = [...allowedBy(row, inTest, table)].join(', ') || 'no package of this repository';
  const who = inTest ? `the tests of ${from}` : from;
  return {
    where,
    message:
      `${from} -> ${to} is not in the table of floors: ${who} may import ${allowed}. ` +
      'Move the code to another package, or pass in what it needs.',
  };
}

import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { type Published, publishedPackages, root } from '../published.ts';
import { completeExample, type Reading } from './complete-example.ts';
import { type Example, examplesOf } from './example.ts';
import { type ExampleModule, exampleModule, type Scope } from './example-module.ts';
import { type Gap, lacksOf } from './lacks.ts';
import { entryPath, type PublicSymbol, symbolReader } from './public-symbols.ts';
import { readSourceFile } from './source-file.ts';
import { throwAnalysis } from './throwing.ts';

/**
 * Folder for the modules that are generated from examples. Other checks skip the folder, because its name begins with a
 * dot.
 */
export const generated = join(root, 'tooling/release/.examples');

const packages = publishedPackages();
/** Reader of the exports of all packages, shared by them to parse each source file only once. */
const reader = symbolReader(packages);

/** An example of a docstring, and the module that was generated to run it. */
export interface WrittenExample extends ExampleModule {
  readonly example: Example;
  readonly file: string;
}

/** Scopes of examples, by package. */
const scopes = new Map<string, Scope>();

/** Returns the public symbols that a package declares, each once. */
function ownSymbols(published: Published): readonly PublicSymbol[] {
  const own = reader.ofPackage(published).filter(({ path }) => path.startsWith(`${published.folder}/`));
  return [...new Map(own.map((symbol) => [`${symbol.path}:${symbol.line}`, symbol])).values()];
}

/** Finds public symbols whose documentation is incomplete: see `lacksOf`. */
export const gapsOf = (published: Published): readonly Gap[] =>
  ownSymbols(published).flatMap((symbol) => lacksOf(symbol, wayToThrow).map((lack) => ({ symbol, ...lack })));

const analysis = throwAnalysis((from, specifier) =>
  specifier.startsWith('.') ? join(dirname(from), specifier) : entryPath(packages, specifier),
);

function wayToThrow({ entry, name }: PublicSymbol): readonly string[] | null {
  const path = entryPath(packages, entry);
  return path === null ? null : analysis.wayToThrow(path, name);
}

/** Reads the examples in the docstrings of a package's sources, except tests. */
function readExamples({ name, folder }: Published): readonly Example[] {
  return sourcesIn(join(folder, 'src')).flatMap((path) =>
    readSourceFile(path).docs.flatMap((doc) => examplesOf(doc).map((example) => ({ ...example, package: name, path }))),
  );
}

/**
 * Generates a module for each example of a package, in a folder for the package.
 *
 * @returns the examples with their modules, in the order of files and lines
 */
export function writeExamples(published: Published): readonly WrittenExample[] {
  const folder = join(generated, published.name.replace('/', '+'));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const scope = scopeOf(published);
  scopes.set(published.name, scope);
  return readExamples(published).map((example, index) => {
    const module = exampleModule(example, scope);
    const file = join(folder, `${String(index).padStart(3, '0')}-${example.subject.replace(/\W/g, '') || 'module'}.ts`);
    writeFileSync(file, module.text);
    return { ...module, example, file };
  });
}

/** Completes an example: see `completeExample`. */
export const completed = ({ example }: WrittenExample, readings: readonly Reading[]): string =>
  completeExample(example, scopes.get(example.package) ?? new Map(), readings);

/**
 * Returns the names that examples of a package may use without an import: exports of its main entry point, then those
 * of `manabi`, then those of its other entry points. For example, `ones` is the tensor function even in examples of
 * `@manabi/layers`, which exports an initializer named `ones` from `@manabi/layers/initializers`. Each name comes with
 * the entry point from which examples import it: `manabi` if possible.
 */
function scopeOf(published: Published): Scope {
  const facade = packages.filter(({ name }) => name === 'manabi').flatMap(reader.ofPackage);
  const own = reader.ofPackage(published);
  const isMain = ({ entry }: PublicSymbol): boolean => entry === published.name;
  const inOrder = [...own.filter(isMain), ...facade, ...own.filter((symbol) => !isMain(symbol))];
  const inFacade = new Map(facade.toReversed().map((symbol) => [identityOf(symbol), symbol]));
  // Later entries replace earlier ones.
  return new Map(inOrder.toReversed().map((symbol) => [symbol.name, inFacade.get(identityOf(symbol)) ?? symbol]));
}

/** Returns a text that is equal for exports of the same declaration under the same name, and for namespaces of that name. */
const identityOf = ({ name, kind, path, line }: PublicSymbol): string =>
  // The namespaces of `manabi`, such as `callbacks`, contain those of the packages.
  kind === 'namespace' ? name : `${path}:${line}:${name}`;

/** Formats a position in a source file for messages: `packages/core/src/tensor.ts:12`. */
export const locationOf = ({ path, line }: { readonly path: string; readonly line: number }): string =>
  `${relative(root, path)}:${line}`;

function sourcesIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.ts$/.test(entry.name) && !/\.(?:test|child|fixture)\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

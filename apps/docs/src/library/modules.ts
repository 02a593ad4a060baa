import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of all packages. */
const packages = fileURLToPath(new URL('../../../../packages', import.meta.url));

/** Entry points that programs do not import: internal ones, those for Node, and forms of packages for bundles of one file. */
const hidden =
  /\/(internal|whole|samples|rows|schedule-rows|limits|placement|program|reference|interpret|node|server)$/;

/** The page has its own files of MNIST; see `page-mnist.ts`. */
const excluded = '@manabi/mnist';

/** The fields of a package.json that this module reads. */
interface Manifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, { readonly '@manabi/source'?: string }>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/**
 * Returns the source files of all modules that programs in pages can import, by specifier: those of `manabi`, and of the packages
 * that it depends on. Other packages, such as servers, are for Node.
 */
export function importableModules(): ReadonlyMap<string, string> {
  const modules = new Map<string, string>();
  const names = ['manabi'];
  for (const name of names) {
    const folder = join(packages, name.replace('@manabi/', ''));
    const { exports = {}, dependencies = {} }: Manifest = JSON.parse(
      readFileSync(join(folder, 'package.json'), 'utf8'),
    );
    for (const [subpath, { '@manabi/source': source }] of Object.entries(exports)) {
      if (source !== undefined && !hidden.test(subpath)) modules.set(name + subpath.slice(1), join(folder, source));
    }
    const others = Object.keys(dependencies).filter((other) => other.startsWith('@manabi/') && other !== excluded);
    names.push(...others.filter((other) => !names.includes(other)));
  }
  return modules;
}

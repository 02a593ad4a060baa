import { nodeModule } from '../node/node-modules.ts';

/** Packages whose code decides how a graph is compiled. The first one contains this file. */
const compiling = ['@manabi/backend-cpu', '@manabi/compiler', '@manabi/ir'];

let known: string | null | undefined;

/**
 * Returns a text that differs between versions of the code that compiles plans, and between engines. It contains the version of
 * each package, and the sizes and times of its files, so changed code never reads plans of earlier code, not even in a patched
 * package or a checkout of the repository. Returns null in a bundle, whose packages have no files of their own, and if a file has changed
 * since the process has started, which may have loaded its earlier form.
 */
export function codeVersion(): string | null {
  if (known === undefined) known = findVersion();
  return known;
}

function findVersion(): string | null {
  const [fs, path, url] = [nodeModule('node:fs'), nodeModule('node:path'), nodeModule('node:url')];
  if (fs === undefined || path === undefined || url === undefined) return null;

  // Constants are folded with functions such as Math.sin, whose last bit is up to the engine.
  const facts: unknown[] = [process.versions, process.arch];
  const add = (folder: string, name: string): void => {
    for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
      const file = `${folder}${path.sep}${entry.name}`;
      const inside = `${name}/${entry.name}`;
      if (entry.isDirectory()) add(file, inside);
      else if (isCode(entry.name)) {
        const { size, mtimeMs, ctimeMs } = fs.statSync(file);
        // Installers set old times of modification.
        if (Math.max(mtimeMs, ctimeMs) > performance.timeOrigin) throw new Error(`${file} has changed.`);
        facts.push(inside, size, mtimeMs);
      }
    }
  };

  try {
    const folders = compiling.map((name) => path.dirname(url.fileURLToPath(import.meta.resolve(name))));
    // Within a bundle, names may resolve to installed packages that are not the code of the bundle.
    if (!url.fileURLToPath(import.meta.url).startsWith(folders[0] + path.sep)) return null;
    folders.forEach((folder, i) => {
      facts.push(JSON.parse(fs.readFileSync(path.join(folder, '..', 'package.json'), 'utf8')).version);
      add(folder, compiling[i]);
    });
    return JSON.stringify(facts);
  } catch {
    return null;
  }
}

function isCode(name: string): boolean {
  return name.endsWith('.js') || (name.endsWith('.ts') && !name.endsWith('.d.ts'));
}

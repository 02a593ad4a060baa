// Bundles modules of a package together with the third-party packages that they import, so that users install no
// dependencies: `node bundle.mjs index main` writes dist/index.js and dist/main.js. Run it in the folder of a package. The
// licences of the bundled packages are written to dist/LICENSES.md.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

mkdirSync('dist', { recursive: true });
for (const name of readdirSync('dist')) if (name.endsWith('.js')) rmSync(join('dist', name));

const { metafile } = await build({
  entryPoints: process.argv.slice(2).map((name) => `src/${name}.ts`),
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
});

const folders = new Set(
  Object.keys(metafile.inputs).flatMap((path) => path.match(/^.*\/node_modules\/(@[^/]+\/)?[^/]+/)?.[0] ?? []),
);
writeFileSync('dist/LICENSES.md', `# Licences of bundled packages\n${[...folders].sort().map(licenceOf).join('')}`);

/**
 * Returns the name, version and licence of a package.
 *
 * @param {string} folder
 */
function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`${name} ${version} contains no licence. Do not bundle it.`);
  return `\n## ${name} ${version} (${license})\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
}

import { build } from 'esbuild';
import { readFileSync } from 'node:fs';
const [page, ...names] = process.argv.slice(2);
const { metafile } = await build({ entryPoints: [page], bundle: true, splitting: true, minify: true, format: 'esm', platform: 'browser', conditions: ['@manabi/source'], target: 'es2022', metafile: true, write: false, outdir: 'out', logLevel: 'silent' });
for (const [o, { inputs, entryPoint }] of Object.entries(metafile.outputs)) for (const [i, { bytesInOutput }] of Object.entries(inputs)) if (bytesInOutput > 0) { const t = readFileSync(i, 'utf8'); for (const n of names) if (new RegExp(`import[^;]*\\b${n}\\b[^;]*from`).test(t)) console.log(n, i, o, entryPoint ?? '', bytesInOutput); }

// Runs a chapter of the tutorial: `npm run example -- tutorial 03-mnist-mlp --epochs 1`.
import { readdirSync } from 'node:fs';

const chapters = readdirSync(new URL('.', import.meta.url)).filter((file) => /^\d\d-.*\.ts$/.test(file));
const names = chapters.map((file) => file.replace(/\.ts$/, ''));
const [name] = process.argv.splice(2, 1);

if (names.includes(name)) {
  await import(`./${name}.ts`);
} else {
  console.error(`Name a chapter: npm run example -- tutorial NAME, where NAME is one of: ${names.join(', ')}`);
  process.exitCode = 2;
}

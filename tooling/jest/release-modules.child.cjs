// Loads a graph of modules in one context after another, as jest does for test files, releases them, and prints how many
// contexts are left.
const { setTimeout: delay } = require('node:timers/promises');
const v8 = require('node:v8');
const vm = require('node:vm');
const { releaseModules } = require('./release-modules.cjs');

const texts = {
  root: "import { middle } from 'middle'; export const root = [middle];",
  middle: "import { leaf } from 'leaf'; export const middle = [leaf];",
  leaf: 'export const leaf = new Array(1e5).fill(0);',
};

async function loadInContext() {
  const context = vm.createContext({});
  const modules = Object.fromEntries(
    Object.entries(texts).map(([identifier, text]) => [
      identifier,
      new vm.SourceTextModule(text, { context, identifier }),
    ]),
  );
  await modules.root.link((specifier) => modules[specifier]);
  await modules.root.evaluate();
}

async function main() {
  for (let i = 0; i < 10; i++) await loadInContext();
  releaseModules();
  for (let i = 0; i < 4; i++) {
    await delay(10);
    globalThis.gc();
  }
  console.log(v8.getHeapStatistics().number_of_native_contexts);
}

main();

import { entryPoints, type Manifest, needsNode } from './published.ts';
import type { Form } from './run-forms.ts';

/** A program to run in a project, and the report that it must print. */
export interface Program {
  readonly name: string;
  /** Packages that the project installs. */
  readonly installs: readonly string[];
  readonly text: string;
  readonly forms: readonly Form[];
  /** Matches the report that the program must print in every form, such as Node or Vite. */
  readonly expected: RegExp;
}

/**
 * Returns programs that import every entry point of a package. They do not run in Vite, which resolves modules as esbuild
 * does and is slower.
 */
export const importsAll = ({ name, bin, exports }: Manifest): readonly Program[] => {
  const entries = entryPoints({ name, exports });
  const inNode: Program = { ...imports(name, entries), forms: ['Node'] };
  if (bin !== undefined) return [inNode];
  const inPage: Program = {
    ...imports(
      name,
      entries.filter((entry) => !needsNode(entry)),
    ),
    name: `${name} in a page`,
    forms: ['esbuild'],
  };
  return [inNode, inPage];
};

const imports = (name: string, entries: readonly string[]): Omit<Program, 'forms'> => ({
  name,
  installs: [name],
  text: [
    ...entries.map((entry, i) => `import * as entry${i} from ${JSON.stringify(entry)};`),
    `report('exports ' + [${entries.map((_, i) => `Object.keys(entry${i}).length`)}].join(' '));`,
  ].join('\n'),
  expected: /^exports \d+/,
});

const training = `
const model = sequential([
  layers.dense({ units: 8, activation: 'tanh', inputShape: [2] }),
  layers.dense({ units: 1, activation: 'sigmoid' }),
]);
model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy' });
const x = tensor([[0, 0], [0, 1], [1, 0], [1, 1]]);
const y = tensor([[0], [1], [1], [0]]);
const { history } = await model.fit(x, y, { epochs: 3, batchSize: 4, verbose: 0 });
report('trained ' + (history.loss[2] < history.loss[0]));
`;

/** Programs that use one or several packages as programs of users do. */
export const programs: readonly Program[] = [
  {
    name: 'training with single packages',
    installs: ['@manabi/backend-cpu', '@manabi/core', '@manabi/layers'],
    text: `import '@manabi/backend-cpu/register';
import { tensor } from '@manabi/core';
import { layers, sequential } from '@manabi/layers';
const main = async () => {${training}};
main();`,
    forms: ['Node', 'CommonJS', 'Jest', 'esbuild', 'Vite'],
    expected: /^trained true$/,
  },
  {
    name: 'training with manabi in a single-file worker',
    installs: ['manabi'],
    text: `import 'manabi/whole';
import { layers, selectBackend, sequential, tensor } from 'manabi';
const main = async () => {await selectBackend();${training}};
main();`,
    forms: ['esbuild', 'Vite worker'],
    expected: /^trained true$/,
  },
  {
    name: 'loading a model in a single-file worker',
    installs: ['manabi'],
    text: `import 'manabi/whole';
import { layers, loadModel, saveModelBytes, sequential } from 'manabi';
const main = async () => {
  const model = sequential([layers.dense({ units: 2, kernelInitializer: 'ones', inputShape: [3] })]);
  model.compile({ optimizer: 'adam', loss: 'mse' });
  const loaded = await loadModel(await saveModelBytes(model));
  report('predicts ' + (await (await loaded.predict([[1, 2, 3]])).array()).join(' '));
};
main();`,
    forms: ['esbuild', 'Vite worker'],
    expected: /^predicts 6,6$/,
  },
  {
    name: 'a worker without layers',
    installs: ['manabi', '@manabi/backend-cpu'],
    text: `import '@manabi/backend-cpu/whole';
import { add, tensor } from 'manabi';
const main = async () => {report('sums ' + (await add(tensor([1, 2]), 3).array()).join(' '));};
main();`,
    forms: ['Vite worker'],
    expected: /^sums 4 5$/,
  },
  {
    name: 'training with manabi alone',
    installs: ['manabi'],
    text: `import { layers, sequential, tensor } from 'manabi';
const main = async () => {${training}};
main();`,
    forms: ['Node', 'CommonJS', 'Jest', 'esbuild', 'Vite'],
    expected: /^trained true$/,
  },
  {
    name: 'the command',
    installs: ['@manabi/cli'],
    text: `import { execFileSync } from 'node:child_process';
const command = 'node_modules/@manabi/cli/dist/main.js';
report(execFileSync(process.execPath, [command, 'train', 'xor', '--epochs', '2', '--json'], { encoding: 'utf8' }));`,
    forms: ['Node'],
    expected: /^\{"task":"xor",/,
  },
];

// Installs tarballs, and Bun and Deno from npm, into a project, and runs one program in Node, Bun and Deno: it trains, saves,
// loads, exports, and computes on two threads. All must print the same.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withPacks } from './pack.ts';
import { reportProblems } from './report.ts';

const run = promisify(execFile);

const program = `
import { exportOnnx, jit, layers, loadModel, matmul, random, saveModel, sequential, setRandomSeed, tensor } from 'manabi';
import { getThreads, setThreads } from '@manabi/backend-cpu';

setRandomSeed(1);
const model = sequential([
  layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu', inputShape: [8, 8, 1] }),
  layers.batchNormalization(),
  layers.flatten(),
  layers.dropout({ rate: 0.2 }),
  layers.dense({ units: 3, activation: 'softmax' }),
]);
model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
const x = random.normal(random.key(2), [60, 8, 8, 1]);
const y = tensor(Array.from({ length: 60 }, (_, i) => i % 3));
const { history } = await model.fit(x, y, { epochs: 5, verbose: 0 });
console.log(JSON.stringify(history));

await saveModel(model, 'model.keras');
const again = await loadModel('model.keras');
const outputs = async (network) => JSON.stringify(await (await network.predict(x)).array());
console.log(await outputs(again) === await outputs(model));
await exportOnnx(again, 'model.onnx');

setThreads(2);
const multiply = jit((a, b) => matmul(a, b));
const square = random.normal(random.key(3), [600, 600]);
let sum = 0;
for (let i = 0; i < 10; i++) for (const row of await (await multiply(square, square)).array()) for (const value of row) sum += value;
console.log(getThreads(), sum);
`;

await withPacks(async (packs) => {
  const project = mkdtempSync(join(tmpdir(), 'manabi-runtimes-'));
  try {
    const dependencies = {
      ...Object.fromEntries(packs.map(({ name, tarball }) => [name, `file:${tarball}`])),
      ...{ bun: 'latest', deno: 'latest' },
    };
    await writeFile(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies }));
    await writeFile(join(project, 'program.mjs'), program);
    const npm = ['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'];
    await run('npm', npm, { cwd: project, shell: process.platform === 'win32' });
    // Puts the executable in the place of one that only asks for this; scripts of other packages must not be needed.
    await run(process.execPath, ['install.js'], { cwd: join(project, 'node_modules/bun') });

    const printedBy = async (command: string, ...args: readonly string[]): Promise<string> => {
      const { stdout } = await run(command, [...args, 'program.mjs'], { cwd: project });
      return stdout;
    };
    const bin = join(project, 'node_modules/.bin');
    const expected = await printedBy(process.execPath);
    console.log(`Node prints:\n${expected}`);
    const runtimes = { Bun: [join(bin, 'bun')], Deno: [join(bin, 'deno'), 'run', '--allow-all'] } as const;
    const problems: string[] = [];
    for (const [name, [command, ...args]] of Object.entries(runtimes)) {
      const printed = await printedBy(command, ...args).catch((error: Error) => error.message);
      if (printed !== expected) problems.push(`${name} prints:\n${printed}`);
    }
    reportProblems(problems, 'Bun and Deno compute what Node computes.');
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
});

// Runs the long tests that `npm test` leaves out: `npm run nightly`, or some of them, `npm run nightly -- routines fuzz`.
import { installIfNeeded, runPnpm } from './install.mjs';
import { node, sourceFlags } from './node.mjs';
import { runJest } from './run-jest.mjs';

/** Tests that compare with what Keras has computed. */
const goldens = [
  'layers/src/layers',
  'layers/src/layers/augmentation',
  'layers/src/losses',
  'layers/src/metrics',
  'layers/src/training',
  'optimizers/src',
].map((folder) => `packages/${folder}/goldens`);

/**
 * For each run, the tests that jest runs with an environment, or a program that uses the build, with its arguments.
 *
 * @type {Readonly<Record<string, { env: Record<string, string>, paths: readonly string[] } | { program: readonly string[] }>>}
 */
const runs = {
  // Runs without tuned routines, so that generated loops compute everything.
  routines: { env: { MANABI_ROUTINES: 'off' }, paths: ['packages/conformance', 'packages/layers'] },
  // All second derivatives, fused and large operators, places in memory and pairs of layers, of which `npm test` runs a few.
  matrix: {
    env: { MANABI_MATRIX: 'all' },
    paths: [
      ...['matrix', 'composites', 'fused', 'placement'].map((test) => `packages/conformance/src/${test}.test`),
      'packages/conformance/src/onnx/layer-pairs',
    ],
  },
  // More inputs for tests with random inputs.
  fuzz: {
    env: { MANABI_FUZZ: '20000' },
    paths: [
      ...['packages/ir/src/simplify/rules.exact', 'packages/conformance/src/arguments', 'packages/serialization'],
      ...['packages/backend-cpu/src/emit/kernel.random', 'packages/backend-cpu/src/routines'],
      'packages/conformance/src/concurrent-training',
    ],
  },
  // Every case of the matrix, trainings and memory on several threads. Short tests use one thread.
  threads: {
    env: { MANABI_THREADS: '3', MANABI_THREAD_CASES: 'all' },
    paths: [
      ...['packages/backend-cpu', 'packages/conformance/src/threads', 'packages/conformance/src/memory.test'],
      ...['packages/conformance/src/networks', 'packages/conformance/src/programs', 'packages/layers/src/training'],
    ],
  },
  // Every case of the matrix with 64-bit addresses, and more than 4 GiB of memory, which takes Node 22 or later.
  memory: {
    env: { MANABI_WIDE_CASES: 'all' },
    paths: ['packages/conformance/src/wide', 'packages/backend-cpu/src/beyond-4-gib'],
  },
  programs: { env: { MANABI_PROGRAMS: '20000' }, paths: ['packages/conformance/src/programs'] },
  // Training steps of random networks on cpu and in ONNX Runtime.
  networks: { env: { MANABI_NETWORKS: '3000' }, paths: ['packages/conformance/src/random-networks'] },
  // Random targets for every random graph, derivative and network.
  targets: { env: { MANABI_TARGETS: '1' }, paths: ['packages/conformance/src/random-targets'] },
  // Random kernels and products on WebGPU.
  'webgpu-fuzz': {
    env: { MANABI_FUZZ: '2000' },
    paths: [
      'packages/backend-webgpu/src/shaders/random-kernels',
      'packages/conformance/src/webgpu/products',
      'packages/conformance/src/webgpu/attention',
    ],
  },
  // Every case of the matrix on WebGPU, and long trainings.
  webgpu: { env: { MANABI_WEBGPU: 'all' }, paths: ['packages/conformance/src/webgpu'] },
  // Everything that Keras has computed, on WebGPU.
  'webgpu-goldens': {
    env: { MANABI_BACKEND: 'webgpu' },
    paths: goldens,
  },
  // Long trainings in ONNX Runtime, and everything that Keras has computed.
  onnxruntime: { env: { MANABI_ONNXRUNTIME: 'all' }, paths: ['packages/conformance/src/onnxruntime'] },
  'onnxruntime-goldens': { env: { MANABI_BACKEND: 'onnxruntime' }, paths: goldens },
  // The layers and outputs of all networks, not only of small networks of each family.
  applications: {
    env: { MANABI_APPLICATIONS: 'all' },
    paths: ['packages/applications/src/outputs', 'packages/applications/src/structures'],
  },
  // Files of every class of Keras 2 and 3, which the test lets Keras write, load and compare; needs MANABI_PYTHON.
  // Also the largest and hostile files, and all third-party files of Keras 1 and 2.
  'keras-files': {
    env: { MANABI_KERAS_FILES: 'all' },
    paths: ['sweep', 'limits', 'legacy/keras-2-models'].map((name) => `packages/serialization/src/keras/${name}`),
  },
  // All networks of keras.applications: files of Keras, and their exports in ONNX Runtime; needs MANABI_PYTHON.
  'keras-applications': {
    env: { MANABI_KERAS_APPLICATIONS: 'all' },
    paths: ['packages/conformance/src/keras-applications'],
  },
  // Projects from all templates of `npm create manabi`; `npm test` checks `node` and `vite` only.
  create: { program: ['tooling/release/src/check-templates.ts', 'node', 'vite', 'next', 'server'] },
  // A program in Bun and Deno, which are installed from npm.
  runtimes: { program: ['tooling/release/src/check-runtimes.ts'] },
  // The docs site with its API reference, and all solutions in the tutorial.
  site: { env: { MANABI_SITE: 'all' }, paths: ['apps/docs/src/browser'] },
  // Functions on all float32 numbers, which takes hours.
  sweep: { env: { MANABI_SWEEP: '1' }, paths: ['packages/conformance/src/accuracy'] },
};

/** Longest time of a test in milliseconds, unless the test states its own: only a test that hangs is ended. */
const LONGEST = 3_600_000;

const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(runs);
const unknown = wanted.find((name) => !Object.hasOwn(runs, name));
if (unknown !== undefined) {
  console.error(`Unknown nightly run "${unknown}". Known: ${Object.keys(runs).join(', ')}.`);
  process.exitCode = 2;
} else if (await installIfNeeded()) {
  for (const name of wanted) {
    console.log(`\n> nightly: ${name}`);
    const run = runs[name];
    if ('program' in run) {
      if (!(await runBuilt(run.program))) process.exitCode = 1;
      continue;
    }
    const { env, paths } = run;
    const before = { ...process.env };
    Object.assign(process.env, env);
    if ((await runJest([...paths, `--testTimeout=${LONGEST}`])) !== 0) process.exitCode = 1;
    for (const key of Object.keys(env)) {
      if (before[key] === undefined) delete process.env[key];
      else process.env[key] = before[key];
    }
  }
} else {
  process.exitCode = 1;
}

/**
 * Builds all packages and runs a program.
 *
 * @param {readonly string[]} program file and arguments
 * @returns {Promise<boolean>} whether the build and the program succeeded
 */
async function runBuilt(program) {
  if ((await runPnpm(['exec', 'turbo', 'run', 'build', '--output-logs=errors-only'])) !== 0) return false;
  return (await node([...sourceFlags, ...program])) === 0;
}

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WorkName } from './tasks.ts';

/** Where a contestant's library comes from. */
export type Origin = 'repository' | 'npm' | 'python';

/** One way of running the works, in a process of its own. */
export interface Contestant {
  readonly origin: Origin;
  /** Packages it needs, with version ranges, as npm and pip take them. */
  readonly packages: readonly string[];
  /** The file in `runners/` that it is. */
  readonly runner: string;
  /** Handed to the runner. */
  readonly variant: string;
  /** Works it takes part in, null for all; a work it takes part in it may still call not applicable. */
  readonly works: readonly WorkName[] | null;
}

/** The one that the others are compared with. */
export const REFERENCE = 'manabi-cpu';

/** All contestants; the order is the order of a round. */
export const contestants = {
  'manabi-cpu': { origin: 'repository', packages: [], runner: 'manabi.ts', variant: 'cpu', works: null },
  'manabi-layers': {
    origin: 'repository',
    packages: [],
    runner: 'manabi-layers.ts',
    variant: 'cpu',
    works: ['mlp-step', 'cnn-step', 'bn-mlp-step', 'lstm-step', 'embedding-step', 'first-step'],
  },
  'tfjs-cpu': {
    origin: 'npm',
    packages: ['@tensorflow/tfjs@^4.22.0'],
    runner: 'tfjs.ts',
    variant: 'cpu',
    works: null,
  },
  'tfjs-wasm': {
    origin: 'npm',
    packages: ['@tensorflow/tfjs@^4.22.0', '@tensorflow/tfjs-backend-wasm@^4.22.0'],
    runner: 'tfjs.ts',
    variant: 'wasm',
    works: null,
  },
  'jax-js': { origin: 'npm', packages: ['@jax-js/jax@^0.1.25'], runner: 'jax.ts', variant: 'wasm', works: null },
  'onnxruntime-web': {
    origin: 'npm',
    packages: ['onnxruntime-web@^1.20.0'],
    runner: 'onnxruntime.ts',
    variant: 'onnxruntime-web',
    works: null,
  },
  'onnxruntime-node': {
    origin: 'npm',
    packages: ['onnxruntime-node@^1.20.0'],
    runner: 'onnxruntime.ts',
    variant: 'onnxruntime-node',
    works: null,
  },
  pytorch: { origin: 'python', packages: ['torch>=2.6', 'numpy'], runner: 'pytorch.py', variant: 'plain', works: null },
  'pytorch-fused': {
    origin: 'python',
    packages: ['torch>=2.6', 'numpy'],
    runner: 'pytorch.py',
    variant: 'fused',
    works: ['mlp-step', 'cnn-step', 'bn-mlp-step', 'lstm-step', 'embedding-step', 'first-step'],
  },
  'pytorch-channels-last': {
    origin: 'python',
    packages: ['torch>=2.6', 'numpy'],
    runner: 'pytorch.py',
    variant: 'channels-last',
    works: ['cnn-step'],
  },
} as const satisfies Readonly<Record<string, Contestant>>;

/** The name of a contestant: what `--who` takes. */
export type ContestantName = keyof typeof contestants;

/** The names of all contestants, in the order of a round. */
export const contestantNames: readonly ContestantName[] = Object.keys(contestants).filter(isContestantName);

/** Tells a contestant's name. */
function isContestantName(name: string): name is ContestantName {
  return Object.hasOwn(contestants, name);
}

/** The folder for everything that is installed or built on demand; git ignores it. */
const peersFolder = fileURLToPath(new URL('../.peers', import.meta.url));

/** Where npm's peers are installed. */
export const npmFolder = join(peersFolder, 'npm');

/** The virtual environment of Python's peers. */
export const pythonFolder = join(peersFolder, 'python');

/** The Python of the virtual environment. */
export const pythonCommand =
  process.platform === 'win32' ? join(pythonFolder, 'Scripts', 'python.exe') : join(pythonFolder, 'bin', 'python');

/** Where the runners stand after bundling. */
export const runnersFolder = join(peersFolder, 'runners');

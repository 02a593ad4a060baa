import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { computingWorks, dataWorks, networkWorks, type WorkName } from './tasks.ts';

/** Origin of a contestant's library. */
export type Origin = 'repository' | 'npm' | 'python';

/** Where contestants run: in processes of Node (or Python), or in pages of a browser. */
export type Place = 'node' | 'browser';

/** A library, used in one way, that runs the benchmarks in its own process. */
export interface Contestant {
  readonly origin: Origin;
  /** Where the contestant can run. */
  readonly places: readonly Place[];
  /** Processor that computes. */
  readonly device: Device;
  /** Packages that the contestant needs, with version ranges in the syntax of npm or pip. */
  readonly packages: readonly string[];
  /** File of the runner in `runners/`. */
  readonly runner: string;
  /** Argument of the runner that selects one of its variants. */
  readonly variant: string;
  /** Names of the benchmarks that the contestant runs. The runner may still report that a benchmark is not applicable. */
  readonly works: readonly WorkName[];
}

/** Processor that a contestant computes on; `host` for the benchmarks that prepare data. */
export type Device = 'cpu' | 'webgpu' | 'host';

/** Contestant that the others on the same device are compared with. */
export const references = { cpu: 'manabi-cpu', webgpu: 'manabi-webgpu', host: 'manabi-data' } as const satisfies Record<
  Device,
  string
>;

/** All contestants, in the order in which a round runs them. */
export const contestants = {
  'manabi-cpu': {
    origin: 'repository',
    places: ['node', 'browser'],
    device: 'cpu',
    packages: [],
    runner: 'manabi.ts',
    variant: 'cpu',
    works: [...computingWorks, ...networkWorks],
  },
  'manabi-layers': {
    origin: 'repository',
    places: ['node'],
    device: 'cpu',
    packages: [],
    runner: 'manabi-layers.ts',
    variant: 'cpu',
    works: [
      ...(['mlp-step', 'cnn-step', 'bn-mlp-step', 'lstm-step', 'embedding-step', 'first-step'] as const),
      ...(['gpt-step', 'network-step'] as const),
    ],
  },
  'manabi-onnxruntime': {
    origin: 'repository',
    places: ['node'],
    device: 'cpu',
    packages: [],
    runner: 'manabi.ts',
    variant: 'onnxruntime',
    works: [...computingWorks, ...networkWorks],
  },
  'tfjs-cpu': {
    origin: 'npm',
    places: ['node'],
    device: 'cpu',
    packages: ['@tensorflow/tfjs@^4.22.0'],
    runner: 'tfjs.ts',
    variant: 'cpu',
    works: computingWorks,
  },
  'tfjs-wasm': {
    origin: 'npm',
    places: ['node'],
    device: 'cpu',
    packages: ['@tensorflow/tfjs@^4.22.0', '@tensorflow/tfjs-backend-wasm@^4.22.0'],
    runner: 'tfjs.ts',
    variant: 'wasm',
    works: [...computingWorks, ...networkWorks],
  },
  'jax-js': {
    origin: 'npm',
    places: ['node'],
    device: 'cpu',
    packages: ['@jax-js/jax@^0.1.25'],
    runner: 'jax.ts',
    variant: 'wasm',
    works: computingWorks,
  },
  'onnxruntime-web': {
    origin: 'npm',
    places: ['node'],
    device: 'cpu',
    packages: ['onnxruntime-web@^1.20.0'],
    runner: 'onnxruntime.ts',
    variant: 'onnxruntime-web',
    works: [...computingWorks, 'predict'],
  },
  'onnxruntime-node': {
    origin: 'npm',
    places: ['node'],
    device: 'cpu',
    packages: ['onnxruntime-node@^1.20.0'],
    runner: 'onnxruntime.ts',
    variant: 'onnxruntime-node',
    works: [...computingWorks, 'predict'],
  },
  pytorch: {
    origin: 'python',
    places: ['node'],
    device: 'cpu',
    packages: ['torch>=2.6', 'numpy'],
    runner: 'python/pytorch.py',
    variant: 'plain',
    works: [...computingWorks, 'gpt-step', 'network-step'],
  },
  'pytorch-fused': {
    origin: 'python',
    places: ['node'],
    device: 'cpu',
    packages: ['torch>=2.6', 'numpy'],
    runner: 'python/pytorch.py',
    variant: 'fused',
    works: ['mlp-step', 'cnn-step', 'bn-mlp-step', 'lstm-step', 'embedding-step', 'first-step'],
  },
  'pytorch-channels-last': {
    origin: 'python',
    places: ['node'],
    device: 'cpu',
    packages: ['torch>=2.6', 'numpy'],
    runner: 'python/pytorch.py',
    variant: 'channels-last',
    works: ['cnn-step'],
  },
  tensorflow: {
    origin: 'python',
    places: ['node'],
    device: 'cpu',
    packages: ['tensorflow>=2.16', 'keras>=3'],
    runner: 'python/keras_networks.py',
    variant: 'tensorflow',
    works: ['gpt-step', 'network-step'],
  },
  'manabi-webgpu': {
    origin: 'repository',
    places: ['node', 'browser'],
    device: 'webgpu',
    packages: [],
    runner: 'manabi.ts',
    variant: 'webgpu',
    works: computingWorks,
  },
  'tfjs-webgpu': {
    origin: 'npm',
    places: ['node', 'browser'],
    device: 'webgpu',
    packages: ['@tensorflow/tfjs@^4.22.0', '@tensorflow/tfjs-backend-webgpu@^4.22.0'],
    runner: 'tfjs.ts',
    variant: 'webgpu',
    works: computingWorks,
  },
  'jax-js-webgpu': {
    origin: 'npm',
    places: ['node', 'browser'],
    device: 'webgpu',
    packages: ['@jax-js/jax@^0.1.25'],
    runner: 'jax.ts',
    variant: 'webgpu',
    works: computingWorks,
  },
  'manabi-data': {
    origin: 'repository',
    places: ['node'],
    device: 'host',
    packages: [],
    runner: 'manabi-data.ts',
    variant: 'host',
    works: dataWorks,
  },
  'tf-data': {
    origin: 'python',
    places: ['node'],
    device: 'host',
    packages: ['tensorflow>=2.16', 'keras>=3'],
    runner: 'python/data.py',
    variant: 'tensorflow',
    works: dataWorks,
  },
  'pytorch-data': {
    origin: 'python',
    places: ['node'],
    device: 'host',
    packages: ['torch>=2.6', 'numpy', 'pillow'],
    runner: 'python/data.py',
    variant: 'pytorch',
    works: dataWorks,
  },
} as const satisfies Readonly<Record<string, Contestant>>;

/** Name of a contestant, as in `--who`. */
export type ContestantName = keyof typeof contestants;

/** Names of all contestants, in the order in which a round runs them. */
export const contestantNames: readonly ContestantName[] = Object.keys(contestants).filter(isContestantName);

/** Package that gives Node WebGPU. */
const nodeWebGpu = 'webgpu@^0.6.2';

/** Returns whether a contestant can run in a place. */
export function runsIn({ places }: Contestant, place: Place): boolean {
  return places.includes(place);
}

/** Returns the packages of npm or pip that a contestant needs in a place. */
export function packagesOf({ packages, device }: Contestant, place: Place): readonly string[] {
  return device === 'webgpu' && place === 'node' ? [...packages, nodeWebGpu] : packages;
}

/** Returns whether a string is the name of a contestant. */
function isContestantName(name: string): name is ContestantName {
  return Object.hasOwn(contestants, name);
}

/** Folder that contains the installed peers (libraries to compare with) and the bundled runners. Git ignores it. */
const peersFolder = fileURLToPath(new URL('../.peers', import.meta.url));

/** Folder in which npm installs peers. */
export const npmFolder = join(peersFolder, 'npm');

/** Folder of the virtual environment in which pip installs peers. */
export const pythonFolder = join(peersFolder, 'python');

/** Python executable of the virtual environment. */
export const pythonCommand =
  process.platform === 'win32' ? join(pythonFolder, 'Scripts', 'python.exe') : join(pythonFolder, 'bin', 'python');

/** Folder of the bundled runners. */
export const runnersFolder = join(peersFolder, 'runners');

import { fromHost, type HostArray, ManabiError, type Tensor } from '@manabi/core';
import { functionOf, type KindsOf, oneOf, optional, readArgument, readOptions, text } from '@manabi/errors';
import { didYouMean } from '@manabi/errors/internal';
import { FileError } from '@manabi/files';
import { isZipFile, openZip } from '@manabi/files/internal';
import type { Model } from '@manabi/layers';
import { modelKind } from '../arguments.ts';
import { toHostArrays } from '../elements/host-arrays.ts';
import { openHdf5 } from '../hdf5/open.ts';
import { isHdf5 } from '../hdf5/signature.ts';
import { archiveNames } from '../keras/archive-names.ts';
import { holdsLegacyWeights, readLegacyWeights } from '../keras/legacy/h5-weights.ts';
import type { WeightsMatch } from '../keras/legacy/pair-layers.ts';
import { readArchiveWeights } from '../keras/load-model.ts';
import { notBuilt } from '../keras/not-built.ts';
import { checkTextSize } from '../keras/parse-json.ts';
import { readWeights, toDtype } from '../keras/weights/read-weights.ts';
import { readNpz } from '../numpy/index.ts';
import { readOpenSafetensors } from '../safetensors/index.ts';
import { openSource, readSource, type Source, type SourceOptions, sourceKinds } from '../stores/index.ts';
import { shardLocation } from '../tfjs/shard-location.ts';
import { checkNumbers } from './renumbered.ts';
import { weightsByPath } from './save-weights.ts';

/** Options of `loadWeights`. */
export interface LoadWeightsOptions extends SourceOptions {
  /**
   * Names and order of axes in the file: those of manabi, or PyTorch's, as in the state dict of a module with the same names as
   * the layers (default: `'torch'` for PyTorch files, `'manabi'` for others). With `'torch'`, weight `fc/kernel` of a dense layer
   * is array `fc.weight`, transposed; kernels of convolutions are transposed, too, and `gamma`, `beta`, `moving_mean` and
   * `moving_variance` are `weight`, `bias`, `running_mean` and `running_var`. A dense layer after `flatten` also requires its
   * inputs in another order, because PyTorch's images have their channels first: pass `transform` for it.
   */
  readonly layout?: 'manabi' | 'torch';
  /**
   * For `.safetensors`, `.npz` and PyTorch files: returns the name in the file for the path of a weight, such as
   * `dense_1/kernel` (default: the name in `layout`).
   */
  readonly nameOf?: (path: string) => string;
  /**
   * For `.safetensors`, `.npz` and PyTorch files: start of the names of the arrays to load, such as `model_state_dict.` for a
   * checkpoint of PyTorch, or `module.`. It is removed from these names; other arrays are ignored (default: all arrays).
   */
  readonly prefix?: string;
  /**
   * For `.safetensors`, `.npz` and PyTorch files: converts an array of the file to the weight at a path, such as
   * `(path, array) => transpose(fromHost(array))` (default: transposes as `layout` requires).
   */
  readonly transform?: (path: string, array: HostArray) => HostArray | Tensor;
  /**
   * How weights of the file are matched with those of the model; for all formats but `.weights.h5` and `.keras`, whose
   * weights follow the structure of the model:
   *
   * - `'order'`: layers in order (`.h5`, TensorFlow.js; the default of `.h5`)
   * - `'name'`: by name; the file must have all weights of the model, and its further weights are ignored
   * - `'shared'`: by name; what only one of them has is ignored, but they must share something (Keras's `by_name`)
   *
   * By default, safetensors, npz and PyTorch files are matched by name and must have no further weights; TensorFlow.js files are matched
   * by name if the layers are the same, otherwise by order.
   */
  readonly match?: WeightsMatch;
  /**
   * For the `model.json` of TensorFlow.js and the `.weights.json` of Keras: returns the source of a file of weights (default:
   * the file at this path beside the JSON file).
   *
   * @param path path in the JSON file, such as `group1-shard1of1` or `model_00000.weights.h5`
   */
  readonly openShard?: (path: string) => Source | Promise<Source>;
}

const kinds = {
  ...sourceKinds,
  layout: optional(oneOf('manabi', 'torch')),
  nameOf: optional(functionOf<NonNullable<LoadWeightsOptions['nameOf']>>('a function (path) => name')),
  prefix: optional(text),
  transform: optional(
    functionOf<NonNullable<LoadWeightsOptions['transform']>>('a function (path, array) => array or tensor'),
  ),
  match: optional(oneOf('order', 'name', 'shared')),
  openShard: optional(functionOf<NonNullable<LoadWeightsOptions['openShard']>>('a function (path) => source')),
} satisfies KindsOf<LoadWeightsOptions>;

/**
 * Loads weights into a model, all or none: from `.weights.h5` of Keras 3, its `.weights.json` with several such files, `.h5` of
 * Keras 1 and 2, `.keras`, `.safetensors`, `.npz`, a PyTorch file (`.pt`, `.pth`), or the `model.json` of TensorFlow.js with the files of weights
 * that it lists. The format is recognized by the content, not the name.
 *
 * @throws ManabiError `argument` for a model without weights yet, for options that do not apply to the format, and for a
 * file whose names differ from the model's only in layer numbers, as when the model is created twice in one process
 * @throws FileError `corrupt` for missing weights, unexpected weights and other shapes, with the layer, the weight and both
 * shapes; the codes of reading the source
 * @example
 * ```ts node-only
 * import { layers, loadWeights, saveWeights, sequential } from 'manabi';
 *
 * const create = () => sequential([layers.dense({ units: 2, inputShape: [3], name: 'dense' })]);
 * const [trained, fresh] = [create(), create()];
 * await saveWeights(trained, 'digits.weights.h5');
 * await loadWeights(fresh, 'digits.weights.h5');
 * console.log(String(await fresh.getWeights()) === String(await trained.getWeights())); // true
 * ```
 */
export async function loadWeights(model: Model, source: Source, options: LoadWeightsOptions = {}): Promise<void> {
  readArgument('loadWeights', 'model', model, modelKind);
  if (!model.built) throw notBuilt('loadWeights', model);
  const { layout, nameOf, prefix, transform, match, openShard, ...reading } = readOptions(
    'loadWeights',
    options,
    kinds,
  );
  const file = await openSource(source, reading);
  try {
    const { name } = file;
    const start = await file.read(0, Math.min(8, file.size));
    const isZip = isZipFile(start);
    if (isHdf5(start)) {
      const root = await openHdf5(file);
      const isLegacy = await holdsLegacyWeights(root);
      checkApplies(name, options, isLegacy ? ['match'] : [], 'a Keras file');
      await (isLegacy ? readLegacyWeights(name, root, model, match) : readWeights({ name, root }, model));
      return;
    }
    const zip = isZip ? await openZip(file) : null;
    if (zip?.entries.has(archiveNames.weights)) {
      checkApplies(name, options, [], 'a Keras file');
      await readArchiveWeights(zip, model);
      return;
    }
    const { otherFile, recognizeOpen } = await import('../recognize/index.ts');
    const kind = await recognizeOpen(file);
    if (kind === 'torch') {
      checkApplies(name, options, NAMED, 'a PyTorch file');
      const { readTorchFile } = await import('../torch/in-weights.ts');
      const { tensors } = await readTorchFile(file);
      await assignByPath(name, model, tensors, { nameOf, prefix, transform, match, layout: layout ?? 'torch' });
      return;
    }
    if (kind === 'tensorFlowJs') {
      checkApplies(name, options, ['match', 'openShard'], 'a TensorFlow.js file');
      checkTextSize(name, 'the file', file.size);
      const json = new TextDecoder().decode(await file.read(0, file.size));
      const { loadTfjsWeights } = await import('../tfjs/load-tfjs-weights.ts');
      const open = openShard ?? ((path) => shardLocation(source, path));
      const { onProgress: _, ...rest } = reading;
      await loadTfjsWeights(name, json, model, async (path) => readSource(await open(path), rest), match);
      return;
    }
    if (kind === 'kerasShards') {
      checkApplies(name, options, ['openShard'], 'a list of files of Keras');
      checkTextSize(name, 'the list of weights', file.size);
      const text = new TextDecoder().decode(await file.read(0, file.size));
      const { openShards } = await import('../keras/weights/sharded-weights.ts');
      const open = openShard ?? ((path) => shardLocation(source, path));
      const { onProgress: _, ...rest } = reading;
      const shards = await openShards(name, text, async (path) => openSource(await open(path), rest));
      try {
        await readWeights({ name, root: shards.root }, model);
      } finally {
        await shards.close();
      }
      return;
    }
    if (kind !== 'npz' && kind !== 'safetensors' && kind !== 'checkpoint') {
      throw otherFile(
        name,
        kind,
        'a file of weights (.weights.h5, .safetensors, .npz, .pt, .keras, .h5 or model.json)',
      );
    }
    checkApplies(name, options, NAMED, 'a file of named arrays');
    const arrays =
      kind === 'npz' ? await readNpz(await file.read(0, file.size)) : (await readOpenSafetensors(file)).tensors;
    await assignByPath(name, model, arrays, { nameOf, prefix, transform, match, layout });
  } finally {
    await file.close();
  }
}

/** Options that apply only to some formats. */
type FormatOption = 'layout' | 'nameOf' | 'prefix' | 'transform' | 'match' | 'openShard';

/** Options of files whose arrays have names. */
const NAMED: readonly FormatOption[] = ['layout', 'nameOf', 'prefix', 'transform', 'match'];

/** Rejects options that do not apply to the format of a file. */
function checkApplies(
  source: string,
  options: LoadWeightsOptions,
  applicable: readonly FormatOption[],
  what: string,
): void {
  const all: readonly FormatOption[] = [...NAMED, 'openShard'];
  const option = all.find((name) => options[name] !== undefined && !applicable.includes(name));
  const isOrder = options.match === 'order' && applicable.includes('nameOf');
  if (option === undefined && !isOrder) return;
  const given = option ?? 'match';
  throw new ManabiError(
    'argument',
    `\`${given}\`${isOrder ? ": 'order'" : ''} does not apply to ${source}, ${what}. Remove it.`,
    { op: 'loadWeights', data: { source, option: given } },
  );
}

/** Returns the arrays whose names start with a prefix, without it in the names. */
function below(prefix: string, arrays: Readonly<Record<string, HostArray>>): Readonly<Record<string, HostArray>> {
  if (prefix === '') return arrays;
  const entries = Object.entries(arrays).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(entries.map(([name, array]) => [name.slice(prefix.length), array]));
}

/** Advises the prefix if the file has the missing array in a dictionary, such as the `model_state_dict` of a checkpoint. */
function adviceOnMissing(missing: string, arrays: Readonly<Record<string, HostArray>>): string {
  const names = Object.keys(arrays);
  const nested = names.find((name) => name.endsWith(`.${missing}`));
  if (nested === undefined) return didYouMean(missing, names);
  return `The file has '${nested}': pass prefix: '${nested.slice(0, -missing.length)}'.`;
}

/** Sets each weight of a model to the array of the file whose name belongs to the path of the weight. */
async function assignByPath(
  source: string,
  model: Model,
  inFile: Readonly<Record<string, HostArray>>,
  { layout = 'manabi', match, prefix = '', ...given }: LoadWeightsOptions,
): Promise<void> {
  const arrays = below(prefix, inFile);
  const weights = weightsByPath(model);
  const torch = layout === 'torch' ? (await import('../torch/in-weights.ts')).layoutOfTorch(model) : null;
  const {
    nameOf = (path: string): string => torch?.get(path)?.name ?? path,
    transform = (path: string, array: HostArray): HostArray => torch?.get(path)?.fromTorch(array) ?? array,
  } = given;
  const all = Object.keys(weights).map((path) => [path, nameOf(path)] as const);
  const shared = match === 'shared' ? all.filter(([, name]) => Object.hasOwn(arrays, name)) : all;
  const names = new Map(shared.length === 0 ? all : shared);
  const expected = new Set(names.values());
  // PyTorch counts the batches of batch normalization, which has no effect on results.
  const hasEffect = (name: string): boolean => torch === null || !/(^|\.)num_batches_tracked$/.test(name);
  const isUnexpected = (name: string): boolean => match === undefined && !expected.has(name) && hasEffect(name);
  const unexpected = Object.keys(arrays).find(isUnexpected);
  const missing = [...expected].find((name) => !Object.hasOwn(arrays, name));
  if (unexpected !== undefined || missing !== undefined) {
    const shapes = new Map(Object.entries(arrays).map(([key, { shape }]) => [key, shape]));
    checkNumbers(source, model.name, shapes, new Map([...names].map(([path, key]) => [key, weights[path].shape])));
    const problem =
      missing === undefined
        ? `unexpected array '${prefix}${unexpected}'. ${didYouMean(String(unexpected), expected)}`
        : `missing array '${prefix}${missing}'. ${adviceOnMissing(missing, inFile)}`;
    throw new FileError(
      'corrupt',
      `The weights in ${source} do not fit model '${model.name}': ${problem} To map names, pass \`nameOf\`.`,
      {
        data: { source, model: model.name, missing: missing ?? null, stranger: unexpected ?? null },
      },
    );
  }
  const converted = await toHostArrays(
    'loadWeights',
    'transform',
    Object.fromEntries([...names].map(([path, name]) => [path, transform(path, arrays[name])])),
  );
  const values = [...converted].map(([path, array]) => {
    const { dtype, shape } = weights[path];
    const isSame = array.shape.length === shape.length && shape.every((length, axis) => length === array.shape[axis]);
    if (isSame) return [path, fromHost(toDtype(array, dtype))] as const;
    throw new FileError(
      'corrupt',
      `The weights in ${source} do not fit model '${model.name}': weight '${path}' has shape [${shape.join(', ')}], but array ` +
        `'${names.get(path)}' has shape [${array.shape.join(', ')}]. Change the model, or pass \`transform\`.`,
      { data: { source, model: model.name, weight: path, expected: shape, got: array.shape } },
    );
  });
  model.assign({ state: Object.fromEntries(values) });
}

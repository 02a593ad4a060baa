import { fromHost, type HostArray, ManabiError, type Tensor } from '@manabi/core';
import { didYouMean, functionOf, type KindsOf, optional, readArgument, readOptions } from '@manabi/errors';
import { FileError } from '@manabi/files';
import type { Model } from '@manabi/layers';
import { modelKind } from '../arguments.ts';
import { toHostArrays } from '../elements/host-arrays.ts';
import { openHdf5 } from '../hdf5/open.ts';
import { isHdf5 } from '../hdf5/signature.ts';
import { archiveNames } from '../keras/archive-names.ts';
import { holdsLegacyWeights, readLegacyWeights } from '../keras/legacy/h5-weights.ts';
import { readArchiveWeights } from '../keras/load-model.ts';
import { notBuilt } from '../keras/not-built.ts';
import { readWeights, toDtype } from '../keras/weights/read-weights.ts';
import { readNpz } from '../numpy/index.ts';
import { otherFile, recognizeOpen } from '../recognize/index.ts';
import { readSafetensors } from '../safetensors/index.ts';
import { openSource, type Source, type SourceOptions, sourceKinds } from '../stores/index.ts';
import { isZipFile, openZip } from '../zip/index.ts';
import { checkNumbers } from './renumbered.ts';
import { weightsByPath } from './save-weights.ts';

/** What `loadWeights` takes beside the model and where its weights come from. */
export interface LoadWeightsOptions extends SourceOptions {
  /**
   * For `.safetensors` and `.npz`: the name in the file of the weight at a path, such as `dense_1/kernel`; by default the
   * path.
   */
  readonly nameOf?: (path: string) => string;
  /**
   * For `.safetensors` and `.npz`: what becomes of an array before it is the weight, such as
   * `(path, array) => transpose(fromHost(array))`.
   */
  readonly transform?: (path: string, array: HostArray) => HostArray | Tensor;
}

const kinds = {
  ...sourceKinds,
  nameOf: optional(functionOf<NonNullable<LoadWeightsOptions['nameOf']>>('a function (path) => name')),
  transform: optional(
    functionOf<NonNullable<LoadWeightsOptions['transform']>>('a function (path, array) => array or tensor'),
  ),
} satisfies KindsOf<LoadWeightsOptions>;

/**
 * Loads weights into a model, all or none: `.weights.h5` of Keras 3, `.h5` of Keras 1 and 2, a `.keras` file's,
 * `.safetensors` or `.npz`. What a file is, its bytes say, whatever it is called.
 *
 * @throws ManabiError `argument` for a model without weights yet, for `nameOf` or `transform` with a file of Keras, and for
 * a file by path that numbers layers otherwise than the model, as where the model is made twice in one process
 * @throws FileError `corrupt` for weights that are missing, too many or of another shape, with the layer, the weight, and
 * both shapes; as reading itself
 * @example `await loadWeights(model, 'digits.weights.h5')`
 */
export async function loadWeights(model: Model, source: Source, options: LoadWeightsOptions = {}): Promise<void> {
  readArgument('loadWeights', 'model', model, modelKind);
  if (!model.built) throw notBuilt('loadWeights', model);
  const { nameOf, transform, ...reading } = readOptions('loadWeights', options, kinds);
  const file = await openSource(source, reading);
  try {
    const { name } = file;
    const start = await file.read(0, Math.min(8, file.size));
    const isZip = isZipFile(start);
    if (isHdf5(start)) {
      checkPlain(name, options);
      const root = await openHdf5(file);
      await ((await holdsLegacyWeights(root))
        ? readLegacyWeights(name, root, model)
        : readWeights({ name, root }, model));
      return;
    }
    const zip = isZip ? await openZip(file) : null;
    if (zip?.entries.has(archiveNames.weights)) {
      checkPlain(name, options);
      await readArchiveWeights(zip, model);
      return;
    }
    const kind = await recognizeOpen(file);
    if (kind !== 'npz' && kind !== 'safetensors' && kind !== 'checkpoint') {
      throw otherFile(name, kind, 'a file of weights (.weights.h5, .safetensors, .npz, .keras or .h5)');
    }
    const bytes = await file.read(0, file.size);
    const arrays = kind === 'npz' ? await readNpz(bytes) : (await readSafetensors(bytes)).tensors;
    await assignByPath(name, model, arrays, { nameOf, transform });
  } finally {
    await file.close();
  }
}

/** Refuses what would do nothing: Keras's files have weights by the model's structure, and not by path. */
function checkPlain(source: string, { nameOf, transform }: LoadWeightsOptions): void {
  if (nameOf === undefined && transform === undefined) return;
  const option = nameOf === undefined ? 'transform' : 'nameOf';
  throw new ManabiError(
    'argument',
    `${option} is for .safetensors and .npz, and ${source} is a file of Keras, whose weights go by the model's structure.`,
    { op: 'loadWeights', data: { source, option } },
  );
}

/** Sets all weights of a model by their paths. */
async function assignByPath(
  source: string,
  model: Model,
  arrays: Readonly<Record<string, HostArray>>,
  { nameOf = (path) => path, transform = (_, array) => array }: LoadWeightsOptions,
): Promise<void> {
  const weights = weightsByPath(model);
  const names = new Map(Object.keys(weights).map((path) => [path, nameOf(path)]));
  const wanted = new Set(names.values());
  const stranger = Object.keys(arrays).find((name) => !wanted.has(name));
  const missing = [...wanted].find((name) => !Object.hasOwn(arrays, name));
  if (stranger !== undefined || missing !== undefined) {
    const inFile = new Map(Object.entries(arrays).map(([key, { shape }]) => [key, shape]));
    checkNumbers(source, model.name, inFile, new Map([...names].map(([path, key]) => [key, weights[path].shape])));
    const what =
      missing === undefined
        ? `it holds '${stranger}', which the model does not have. ${didYouMean(String(stranger), wanted)}`
        : `it does not hold '${missing}'. ${didYouMean(missing, Object.keys(arrays))}`;
    throw new FileError('corrupt', `${source} does not fit the model '${model.name}': ${what}`, {
      data: { source, model: model.name, missing: missing ?? null, stranger: stranger ?? null },
    });
  }
  const made = await toHostArrays(
    'loadWeights',
    'transform',
    Object.fromEntries([...names].map(([path, name]) => [path, transform(path, arrays[name])])),
  );
  const values = [...made].map(([path, array]) => {
    const { dtype, shape } = weights[path];
    const isSame = array.shape.length === shape.length && shape.every((length, axis) => length === array.shape[axis]);
    if (isSame) return [path, fromHost(toDtype(array, dtype))] as const;
    throw new FileError(
      'corrupt',
      `${source} does not fit the model '${model.name}': the weight '${path}' is [${shape.join(', ')}], but '${names.get(path)}' is ` +
        `[${array.shape.join(', ')}].`,
      { data: { source, model: model.name, weight: path, expected: shape, got: array.shape } },
    );
  });
  model.assign({ state: Object.fromEntries(values) });
}

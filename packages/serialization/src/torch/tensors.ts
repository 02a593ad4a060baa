import {
  callPython,
  isPythonFunction,
  type PickleContext,
  type PickleRules,
  PythonGlobal,
  type PythonObject,
  type PythonValue,
} from '@manabi/files/pickle';
import { elementOfDType, elementOfStorage } from './storages.ts';

/** Largest number of axes of a tensor, which limits the work of a call. */
const MOST_AXES = 64;

/** Reference to a storage: an array of elements outside the pickle, on which tensors are views. */
export interface StorageRef extends PythonObject {
  readonly kind: 'storage';
  /** Name of the storage's record in the file. */
  readonly key: string;
  /** Element type; null for a storage of bytes. */
  readonly dtype: string | null;
  /** Number of elements, or of bytes. */
  readonly length: number;
}

/** Tensor in a pickle: a view on a storage. */
export interface TensorRef extends PythonObject {
  readonly kind: 'tensor';
  readonly storage: StorageRef;
  readonly dtype: string;
  /** Position of the first element in the storage, in elements. */
  readonly offset: number;
  readonly shape: readonly number[];
  /** Distance of neighbouring elements along each axis, in elements. */
  readonly strides: readonly number[];
}

/** Functions that return a tensor: the position of the arguments with the storage, offset, shape and strides is the same. */
const REBUILD_TENSOR = new Set([
  'torch._utils._rebuild_tensor',
  'torch._utils._rebuild_tensor_v2',
  'torch._utils._rebuild_tensor_v3',
]);
/** Functions whose first argument is the tensor that they return. */
const REBUILD_PARAMETER = new Set([
  'torch._utils._rebuild_parameter',
  'torch._utils._rebuild_parameter_with_state',
  'torch.nn.parameter.Parameter',
  'torch.nn.parameter.Buffer',
  'torch.Tensor',
  'torch._tensor.Tensor',
]);
const DICTS = new Set(['collections.OrderedDict', 'collections.defaultdict', 'builtins.dict', '__builtin__.dict']);
/** Classes whose first argument is a plain value, which they return. */
const PLAIN = new Set(['torch.Size', 'torch.device']);
const SUBCLASS = 'torch._tensor._rebuild_from_type_v2';

/**
 * Rules for pickles of PyTorch: they may contain tensors, dictionaries, lists and plain values. All other Python classes
 * and functions are rejected by name. Strings of Python 2 are text.
 */
export const TORCH_RULES: PickleRules = {
  fix:
    'Only tensors and plain values are read, because other objects run code when they are loaded. Save only tensors: ' +
    'torch.save(model.state_dict(), path).',
  isKnown: (name) =>
    REBUILD_TENSOR.has(name) ||
    REBUILD_PARAMETER.has(name) ||
    DICTS.has(name) ||
    PLAIN.has(name) ||
    isPythonFunction(name) ||
    name === SUBCLASS ||
    elementOfDType(name) !== undefined ||
    elementOfStorage(name) !== undefined,
  call: ({ name }, args, context) => callTorch(name, args, context),
  // PyTorch sets attributes of dictionaries such as `_metadata` of state dicts, which do not matter.
  build: (target) => target instanceof Map,
  persistent: storageOf,
  python2String: (bytes) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes),
};

function callTorch(name: string, args: readonly PythonValue[], context: PickleContext): PythonValue | undefined {
  if (REBUILD_TENSOR.has(name)) return tensorOf(name, args, context);
  if (REBUILD_PARAMETER.has(name)) return isTensorRef(args[0]) ? args[0] : undefined;
  if (DICTS.has(name)) return dictOf(args, context);
  if (name === SUBCLASS) {
    const [rebuild, , inner] = args;
    const isValid = rebuild instanceof PythonGlobal && rebuild.name !== SUBCLASS && Array.isArray(inner);
    return isValid ? callTorch(rebuild.name, inner, context) : undefined;
  }
  if (PLAIN.has(name)) return args[0] ?? [];
  if (isPythonFunction(name)) return callPython(name, args, context);
  throw context.unknownGlobal(name);
}

function tensorOf(
  name: string,
  [storage, offset, shape, strides, ...rest]: readonly PythonValue[],
  context: PickleContext,
): TensorRef {
  // Version 3 adds the dtype before the metadata.
  const [given, metadata] = name.endsWith('_v3') ? [rest[2], rest[3]] : [null, rest[2]];
  const dtype =
    given instanceof PythonGlobal ? elementOfDType(given.name)?.name : isStorage(storage) ? storage.dtype : null;
  if (!isStorage(storage) || typeof dtype !== 'string') throw context.corrupt('a tensor has no storage or no dtype');
  if (!isLength(offset) || !isLengths(shape) || !isLengths(strides) || shape.length !== strides.length) {
    throw context.corrupt('a tensor has an invalid offset, shape or strides');
  }
  if (metadata instanceof Map && hasTrue(metadata, context)) {
    throw context.unsupported('a tensor whose conjugate or negative is stored', {
      fix: 'Save tensor.resolve_conj().resolve_neg().',
    });
  }
  return { kind: 'tensor', storage, dtype, offset, shape: [...shape], strides: [...strides] };
}

function hasTrue(metadata: ReadonlyMap<PythonValue, PythonValue>, context: PickleContext): boolean {
  context.copy(metadata.size);
  return [...metadata.values()].includes(true);
}

function dictOf([items]: readonly PythonValue[], context: PickleContext): Map<PythonValue, PythonValue> {
  const dict = new Map<PythonValue, PythonValue>();
  if (!Array.isArray(items)) return dict;
  context.copy(items.length);
  for (const pair of items) {
    if (!Array.isArray(pair) || pair.length !== 2) throw context.corrupt('a dictionary has an invalid item');
    dict.set(pair[0], pair[1]);
  }
  return dict;
}

/** Returns the reference to a storage, given PyTorch's `('storage', class, key, device, length)`. */
function storageOf(id: PythonValue, context: PickleContext): StorageRef | undefined {
  const [label, storage, key, , length, view = null] = Array.isArray(id) ? id : [];
  if (view !== null) {
    throw context.unsupported('a storage that is part of another one, which current versions of PyTorch do not write', {
      fix: 'Save it again with a current version.',
    });
  }
  const element = storage instanceof PythonGlobal ? elementOfStorage(storage.name) : undefined;
  if (label !== 'storage' || element === undefined || !isKey(key) || !isLength(length)) return undefined;
  return { kind: 'storage', key: String(key), dtype: element?.name ?? null, length };
}

/** Reports whether a value is the key of a storage. */
export function isKey(value: PythonValue | undefined): value is string | number | bigint {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint';
}

function isStorage(value: PythonValue | undefined): value is StorageRef {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'storage';
}

/** Reports whether a value is a tensor. */
export function isTensorRef(value: PythonValue | undefined): value is TensorRef {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'tensor';
}

function isLength(value: PythonValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isLengths(value: PythonValue | undefined): value is number[] {
  return Array.isArray(value) && value.length <= MOST_AXES && value.every(isLength);
}

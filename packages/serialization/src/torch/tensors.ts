import { FileError } from '@manabi/files';
import {
  PythonDict,
  PythonGlobal,
  type PythonObject,
  PythonTuple,
  type PythonValue,
  type UnpicklerRules,
} from './pickle.ts';
import { elementOfDType, elementOfStorage } from './storages.ts';

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
/** Classes and functions of plain values. */
const PLAIN = new Set([
  'torch.Size',
  'torch.device',
  '_codecs.encode',
  'builtins.set',
  '__builtin__.set',
  'builtins.bytearray',
]);
const SUBCLASS = 'torch._tensor._rebuild_from_type_v2';

/**
 * Returns the rules for pickles of PyTorch: they may contain tensors, dictionaries, lists and plain values. All other Python
 * classes and functions are rejected by name.
 */
export function torchRules(source: string): UnpicklerRules {
  const corrupt = (problem: string): FileError =>
    new FileError('corrupt', `Cannot read ${source} as a PyTorch file: ${problem}. Save or download it again.`, {
      data: { source },
    });
  const tensor = ([storage, offset, shape, strides, ...rest]: readonly PythonValue[], name: string): TensorRef => {
    const [, , metadata] = name.endsWith('_v3') ? [rest[0], rest[1], rest[3]] : rest;
    const given = name.endsWith('_v3') ? rest[2] : null;
    const dtype =
      given instanceof PythonGlobal ? elementOfDType(given.name)?.name : isStorage(storage) ? storage.dtype : null;
    if (!isStorage(storage) || typeof dtype !== 'string') throw corrupt('a tensor has no storage or no dtype');
    if (!isLength(offset) || !isLengths(shape) || !isLengths(strides) || shape.items.length !== strides.items.length) {
      throw corrupt('a tensor has an invalid offset, shape or strides');
    }
    if (metadata instanceof PythonDict && metadata.items.some(([, value]) => value === true)) {
      throw new FileError(
        'unsupported',
        `${source} contains a tensor whose conjugate or negative is stored. Save tensor.resolve_conj().resolve_neg().`,
        { data: { source } },
      );
    }
    return { kind: 'tensor', storage, dtype, offset, shape: shape.items, strides: strides.items };
  };
  const call = (callee: PythonGlobal, args: readonly PythonValue[]): PythonValue => {
    const { name } = callee;
    if (REBUILD_TENSOR.has(name)) return tensor(args, name);
    if (REBUILD_PARAMETER.has(name)) {
      if (isTensorRef(args[0])) return args[0];
      throw corrupt(`${name} is called without a tensor`);
    }
    if (DICTS.has(name)) return dictOf(args);
    if (name === SUBCLASS) {
      const [rebuild, , inner] = args;
      if (rebuild instanceof PythonGlobal && inner instanceof PythonTuple && rebuild.name !== SUBCLASS) {
        return call(rebuild, inner.items);
      }
      throw corrupt('a tensor subclass has no function');
    }
    if (PLAIN.has(name)) return args[0] ?? [];
    throw notATensor(source, name);
  };
  const dictOf = ([items]: readonly PythonValue[]): PythonDict => {
    const dict = new PythonDict();
    for (const item of Array.isArray(items) ? items : []) {
      const pair = item instanceof PythonTuple ? item.items : Array.isArray(item) ? item : [];
      if (pair.length !== 2) throw corrupt('a dictionary has an invalid item');
      dict.items.push([pair[0], pair[1]]);
    }
    return dict;
  };
  return {
    source,
    call,
    checkGlobal: (name) => {
      const isKnown =
        REBUILD_TENSOR.has(name) ||
        REBUILD_PARAMETER.has(name) ||
        DICTS.has(name) ||
        PLAIN.has(name) ||
        name === SUBCLASS ||
        elementOfDType(name) !== undefined ||
        elementOfStorage(name) !== undefined;
      if (!isKnown) throw notATensor(source, name);
    },
    persistent: (id) => {
      const [label, storage, key, , length, view = null] = id instanceof PythonTuple ? id.items : [];
      if (view !== null) {
        throw new FileError(
          'unsupported',
          `${source} contains a storage that is part of another one, which current versions of PyTorch do not write. Save it again with one of them.`,
          { data: { source } },
        );
      }
      const element = storage instanceof PythonGlobal ? elementOfStorage(storage.name) : undefined;
      if (label !== 'storage' || element === undefined || !isLength(length)) throw corrupt('an invalid storage');
      return { kind: 'storage', key: String(key), dtype: element?.name ?? null, length } satisfies StorageRef;
    },
  };
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

function isLengths(value: PythonValue | undefined): value is PythonTuple & { readonly items: readonly number[] } {
  return value instanceof PythonTuple && value.items.every(isLength);
}

function notATensor(source: string, name: string): FileError {
  return new FileError(
    'unsupported',
    `${source} contains the Python object ${name}, which is not a tensor; it was not executed. Save only tensors in Python: ` +
      'torch.save(model.state_dict(), path).',
    { data: { source, global: name } },
  );
}

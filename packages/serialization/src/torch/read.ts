import type { HostArray } from '@manabi/core';
import { FileError, type RandomAccess } from '@manabi/files';
import { isZipFile, openZip, type ZipArchive } from '@manabi/files/internal';
import { type PythonValue, readPickle } from '@manabi/files/pickle';
import { otherFile, recognizeOpen } from '../recognize/index.ts';
import { tensorReader } from './elements.ts';
import { type Flattened, flatten, type TorchValue } from './flatten.ts';
import { isLegacyTorch, legacyStorages } from './legacy.ts';
import { type TensorRef, TORCH_RULES } from './tensors.ts';

/** Content of a PyTorch file. */
export interface TorchContent {
  /** Tensors by name; keys of nested dictionaries are joined by points: `state_dict.fc.weight`. */
  readonly tensors: Readonly<Record<string, HostArray>>;
  /** Numbers, strings, booleans and null by name, such as `epoch`. Integers beyond 2^53 are bigints. */
  readonly values: Readonly<Record<string, TorchValue>>;
}

/** Name of a tensor or value that is the whole file. */
const ONLY = 'value';

/** Implements `readTorch` for an open file. */
export async function readTorchFile(file: RandomAccess): Promise<TorchContent> {
  const head = await file.read(0, Math.min(16, file.size));
  if (isLegacyTorch(head)) return readLegacy(file);
  const zip = isZipFile(head) ? await openZip(file) : null;
  const pickle = zip === null ? undefined : [...zip.entries.keys()].find((name) => /(^|\/)data\.pkl$/.test(name));
  if (zip === null || pickle === undefined) throw otherFile(file.name, await recognizeOpen(file), 'a PyTorch file');
  return readZip(file, zip, pickle.slice(0, -'data.pkl'.length));
}

async function readZip({ name: source, size }: RandomAccess, zip: ZipArchive, folder: string): Promise<TorchContent> {
  if ([...zip.entries.keys()].some((name) => name.startsWith(`${folder}code/`))) throw torchScript(source);
  const record = async (name: string): Promise<Uint8Array<ArrayBuffer> | undefined> => {
    const entry = zip.entries.get(`${folder}${name}`);
    return entry === undefined ? undefined : zip.read(entry);
  };
  const pickle = (await record('data.pkl')) ?? new Uint8Array();
  const { value } = readPickle(pickle, source, TORCH_RULES);
  const found = flatten(source, value, pickle.length);
  const order = new TextDecoder().decode((await record('byteorder')) ?? new Uint8Array());
  if (order !== '' && order !== 'little' && order !== 'big') {
    throw corrupt(source, `it has the unknown byte order '${order.slice(0, 20)}'`);
  }
  const storages = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const { storage } of found.tensors.values()) {
    if (storages.has(storage.key)) continue;
    const bytes = await record(`data/${storage.key}`);
    if (bytes === undefined) throw corrupt(source, `the record data/${storage.key} is missing`);
    storages.set(storage.key, bytes);
  }
  return contentOf(source, size, found, storages, order === 'big');
}

async function readLegacy(file: RandomAccess): Promise<TorchContent> {
  const { name: source, size } = file;
  const bytes = await file.read(0, size);
  const values: PythonValue[] = [];
  let end = 0;
  // The magic number, the version of the format, facts about the machine, the object, and the keys of the storages.
  while (values.length < 5) {
    const next = readPickle(bytes, source, TORCH_RULES, end);
    values.push(next.value);
    end = next.end;
  }
  const [, version, machine, value, keys] = values;
  const found = flatten(source, value, end);
  const { storages, isBigEndian } = legacyStorages(source, bytes.subarray(end), { version, machine, keys }, found);
  return contentOf(source, size, found, storages, isBigEndian);
}

function contentOf(
  source: string,
  size: number,
  { tensors, values }: Flattened,
  storages: ReadonlyMap<string, Uint8Array<ArrayBuffer>>,
  isBigEndian: boolean,
): TorchContent {
  const read = tensorReader(source, size, isBigEndian);
  const arrays = [...tensors].map(([name, tensor]: [string, TensorRef]): [string, HostArray] => {
    const storage = storages.get(tensor.storage.key);
    if (storage === undefined) throw corrupt(source, `the elements of tensor '${name}' are missing`);
    return [name === '' ? ONLY : name, read(name, tensor, storage)];
  });
  return {
    tensors: Object.fromEntries(arrays),
    values: Object.fromEntries([...values].map(([name, value]) => [name === '' ? ONLY : name, value])),
  };
}

function corrupt(source: string, problem: string): FileError {
  return new FileError('corrupt', `Cannot read ${source} as a PyTorch file: ${problem}. Save or download it again.`, {
    data: { source },
  });
}

function torchScript(source: string): FileError {
  return new FileError(
    'unsupported',
    `${source} is a TorchScript program, which contains code. Save its weights in Python: ` +
      'torch.save(torch.jit.load(path).state_dict(), "weights.pt").',
    { data: { source } },
  );
}

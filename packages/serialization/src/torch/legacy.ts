import { FileError } from '@manabi/files';
import type { PythonValue } from '@manabi/files/pickle';
import type { Flattened } from './flatten.ts';
import { elementOfDType } from './storages.ts';
import { isKey } from './tensors.ts';

/** Pickled magic number at the start of files of PyTorch before version 1.6. */
const MAGIC = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];
const VERSION = 1001;

/** Reports whether a file starts like those of PyTorch before version 1.6. */
export function isLegacyTorch(head: Uint8Array): boolean {
  return MAGIC.every((byte, i) => head[i] === byte);
}

/** Values before and after the saved object. */
interface LegacyParts {
  readonly version: PythonValue;
  readonly machine: PythonValue;
  readonly keys: PythonValue;
}

/**
 * Returns the storages after the pickles: for each key, the number of elements as 64-bit integer, and the elements.
 *
 * @throws FileError `corrupt`
 */
export function legacyStorages(
  source: string,
  bytes: Uint8Array<ArrayBuffer>,
  { version, machine, keys }: LegacyParts,
  { tensors }: Flattened,
): { readonly storages: ReadonlyMap<string, Uint8Array<ArrayBuffer>>; readonly isBigEndian: boolean } {
  const corrupt = (problem: string): FileError =>
    new FileError('corrupt', `Cannot read ${source} as a PyTorch file: ${problem}. Save or download it again.`, {
      data: { source },
    });
  if (version !== VERSION) {
    const found = typeof version === 'number' ? `version ${version}` : 'no version';
    throw corrupt(`its format has ${found}; expected ${VERSION}`);
  }
  if (!Array.isArray(keys) || !keys.every(isKey)) throw corrupt('the keys of its storages are missing');
  const isBigEndian = machine instanceof Map && machine.get('little_endian') === false;
  const sizes = new Map(
    [...tensors.values()].map(({ storage }) => [
      storage.key,
      storage.dtype === null ? 1 : (elementOfDType(`torch.${storage.dtype}`)?.bytes ?? 1),
    ]),
  );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const storages = new Map<string, Uint8Array<ArrayBuffer>>();
  let at = 0;
  for (const key of keys) {
    const size = sizes.get(String(key));
    // Tensors that are not reachable from the saved object do not exist, so each storage has a known element type.
    if (size === undefined) throw corrupt(`storage ${String(key)} belongs to no tensor`);
    if (at + 8 > bytes.length) throw corrupt('it ends within a storage');
    const length = Number(view.getBigUint64(at, isBigEndian === false)) * size;
    at += 8;
    if (length > bytes.length - at) throw corrupt('it ends within a storage');
    storages.set(String(key), bytes.subarray(at, at + length));
    at += length;
  }
  return { storages, isBigEndian };
}

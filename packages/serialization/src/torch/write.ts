import type { DType, HostArray } from '@manabi/core';
import { bytesOfElements } from '@manabi/data/internal';
import type { ZipInput } from '@manabi/files/internal';
import { PickleSink } from './pickle-sink.ts';

/** Storage class of PyTorch for each dtype. PyTorch has no storage of uint32, which becomes int64. */
const STORAGES: { readonly [D in DType]: string } = {
  float64: 'DoubleStorage',
  float32: 'FloatStorage',
  float16: 'HalfStorage',
  int32: 'IntStorage',
  uint32: 'LongStorage',
  uint8: 'ByteStorage',
  bool: 'BoolStorage',
};

/** Returns the files in the ZIP archive of a PyTorch file with named tensors. */
export function torchRecords(arrays: ReadonlyMap<string, HostArray>): readonly ZipInput[] {
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);
  const pickle = new PickleSink().dictOf(
    [...arrays].map(([name, { dtype, shape }], i) => [name, { storage: STORAGES[dtype], key: String(i), shape }]),
  );
  const data = [...arrays.values()].map((array, i) => ({ name: `archive/data/${i}`, data: storedBytes(array) }));
  return [
    { name: 'archive/data.pkl', data: pickle },
    { name: 'archive/byteorder', data: text('little') },
    ...data,
    { name: 'archive/version', data: text('3\n') },
  ];
}

function storedBytes({ dtype, data }: HostArray): Uint8Array {
  if (dtype !== 'uint32') return bytesOfElements(dtype, data);
  const wide = new BigInt64Array(data.length);
  for (let i = 0; i < data.length; i++) wide[i] = BigInt(data[i]);
  return new Uint8Array(wide.buffer);
}

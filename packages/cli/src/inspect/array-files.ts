import { fileSize } from '@manabi/files';
import { type HostArray, openSafetensors, readNpy, readNpz, type SafetensorsFile } from 'manabi';
import type { ArrayReport, FileReport } from './file-report.ts';

/** Describes the contents of a safetensors file, of which it reads only the header. */
export async function safetensorsReport(path: string): Promise<FileReport> {
  const file = await openSafetensors(path);
  try {
    const arrays = [...file.tensors].map(
      ([
        name,
        {
          dtype,
          shape,
          bytes: [start, end],
        },
      ]): ArrayReport => ({ name, dtype, shape, bytes: end - start }),
    );
    return { format: 'safetensors', facts: { bytes: await fileSize(path), ...file.metadata }, arrays };
  } finally {
    await file.close();
  }
}

/** Returns the name, dtype and shape of each tensor in a safetensors file. */
export function tensorReports(tensors: SafetensorsFile['tensors']): readonly ArrayReport[] {
  return [...tensors].map(
    ([
      name,
      {
        dtype,
        shape,
        bytes: [start, end],
      },
    ]) => ({
      name,
      dtype,
      shape,
      bytes: end - start,
    }),
  );
}

/** Describes the arrays in an NPZ archive. */
export async function npzReport(path: string): Promise<FileReport> {
  const arrays = Object.entries(await readNpz(path)).map(([name, array]) => reportOf(name, array));
  return { format: 'npz', facts: { bytes: await fileSize(path) }, arrays };
}

/** Describes the array in an NPY file. */
export async function npyReport(path: string): Promise<FileReport> {
  return { format: 'npy', facts: { bytes: await fileSize(path) }, arrays: [reportOf('', await readNpy(path))] };
}

function reportOf(name: string, { dtype, shape, data }: HostArray): ArrayReport {
  return { name, dtype, shape, bytes: data.byteLength };
}

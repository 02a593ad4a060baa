import { FileError, type RandomAccess } from '@manabi/files';
import { isZipFile, openZip } from '@manabi/files/internal';
import { openHdf5 } from '../hdf5/open.ts';
import { isHdf5 } from '../hdf5/signature.ts';
import type { FileKind } from './file-kinds.ts';

/** Returns the format of an HDF5 or ZIP file, recognized by the objects that it contains; null for other files. */
export async function containerKind(file: RandomAccess, head: Uint8Array): Promise<FileKind | null> {
  if (isHdf5(head)) return hdf5Kind(file);
  return isZipFile(head) ? zipKind(file) : null;
}

async function hdf5Kind(file: RandomAccess): Promise<FileKind> {
  try {
    const root = await openHdf5(file);
    return (await root.attribute('model_config')) === undefined ? 'h5Weights' : 'h5';
  } catch (error) {
    // The function that reads the file reports the damage with more detail.
    if (error instanceof FileError) return 'h5';
    throw error;
  }
}

async function zipKind(file: RandomAccess): Promise<FileKind> {
  let names: readonly string[];
  try {
    names = [...(await openZip(file)).entries.keys()];
  } catch (error) {
    if (error instanceof FileError) return 'zip';
    throw error;
  }
  if (names.includes('config.json') && names.includes('model.weights.h5')) return 'keras';
  if (names.some((name) => /(^|\/)data\.pkl$/.test(name))) return 'torch';
  if (names.length > 0 && names.every((name) => name.endsWith('.npy'))) return 'npz';
  if (names.some((name) => /(^|\/)saved_model\.pb$/.test(name))) return 'savedModel';
  return 'zip';
}

import type { File as Hdf5File, h5wasm } from 'h5wasm';

/** h5wasm: the HDF5 library itself in WebAssembly, with files in memory. */
export interface Hdf5Library {
  readonly File: typeof Hdf5File;
  readonly module: Awaited<typeof h5wasm.ready>;
}

let loading: Promise<Hdf5Library> | undefined;

/** The library, which is fetched when the first file needs it: it is a megabyte. */
export function hdf5Library(): Promise<Hdf5Library> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Hdf5Library> {
  const { default: library } = await import('h5wasm');
  const module = await library.ready;
  // Without it, errors are printed and null comes back.
  module.activate_throwing_error_handler();
  return { File: library.File, module };
}

let made = 0;

/** A path in the library's memory that no file has had: it remembers those that it could not close. */
export function unusedPath(): string {
  made += 1;
  return `/${made}.h5`;
}

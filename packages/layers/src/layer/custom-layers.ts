import { NameTable } from '../registry/name-table.ts';

/**
 * The classes of layers that users registered, by name: see `register`. What they are is checked where they are read, so
 * that a layer can look up its own name without importing the class of all layers.
 */
export const customLayers = new NameTable<unknown>('layer');

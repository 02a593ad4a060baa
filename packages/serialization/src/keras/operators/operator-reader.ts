import type { LayerDescription } from '@manabi/layers/classes';
import type { ConfigPart } from '../config/config-part.ts';
import type { TensorRef, TensorRefStructure, TensorRefs } from '../config/tensor-refs.ts';

/** A layer of a functional model with its calls. */
export interface GraphEntry {
  readonly layer: LayerDescription;
  readonly calls: readonly GraphCall[];
}

/** A call of a layer: its tensors, and its options. */
export interface GraphCall {
  readonly inputs: TensorRefs;
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * Functions that read parts of a config. The reader receives them from its caller, because bundlers would move modules that it
 * shares with the caller to files of their own, which every page downloads.
 */
export interface ReadingTools {
  readonly structureOf: (part: ConfigPart) => TensorRefStructure;
  readonly isTensorRef: (structure: TensorRefStructure) => structure is TensorRef;
  readonly toCamel: (name: string) => string;
}

/** Reads the operators in the configs of functional models. It is loaded only for files that contain operators. */
export interface OperatorReader {
  /** Returns the entries of a functional model, with those of older formats converted to the operators of Keras 3. */
  readonly entriesOf: (config: ConfigPart) => readonly ConfigPart[];
  /** Reads an entry; null if it is a layer. */
  readonly read: (entry: ConfigPart, tools: ReadingTools) => GraphEntry | null;
}

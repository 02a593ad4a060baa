import { fromHost, type HostArray, ManabiError } from '@manabi/core';
import { FileError } from '@manabi/files';
import { StateReader, type StateValue } from '@manabi/layers';
import type { Json } from '../keras/json.ts';
import { readSafetensors } from '../safetensors/index.ts';
import { type Source, type SourceOptions, sourceName } from '../stores/index.ts';
import { type CheckpointState, fromTree } from './checkpoint-state.ts';
import { decodeTree } from './state-tree.ts';

/** Metadata by which a safetensors file is recognized as a checkpoint. */
export const CHECKPOINT = { format: 'manabi.checkpoint', version: '1' } as const;

/**
 * Reads and decodes a checkpoint file.
 *
 * @param namesOf returns the name in the model for each weight whose name in the file is different
 * @throws FileError `corrupt` for a file that is not a checkpoint, `unsupported` for a checkpoint of another version;
 * the codes of `readSafetensors`
 */
export async function readCheckpoint(
  source: Source,
  options: SourceOptions,
  namesOf: (paths: readonly string[], inputs: CheckpointState['inputs']) => ReadonlyMap<string, string>,
): Promise<CheckpointState> {
  const { tensors, metadata } = await readSafetensors(source, options);
  const name = sourceName(source);
  const tree = parsed(name, checkpointText(name, metadata), tensors);
  const state = stateFrom(name, tree);
  const names = namesOf(Object.keys(state.values), state.inputs);
  return names.size === 0 ? state : stateFrom(name, renamed(tree, names));
}

function stateFrom(source: string, tree: Record<string, StateValue>): CheckpointState {
  try {
    return fromTree(new StateReader(CHECKPOINT.format, tree));
  } catch (error) {
    throw error instanceof ManabiError ? corrupt(source, error.message, error) : error;
  }
}

/** Returns the JSON text that describes the training state, from the metadata of a checkpoint file. */
function checkpointText(source: string, metadata: Readonly<Record<string, string>>): string {
  const { format, version, state } = metadata;
  if (format !== CHECKPOINT.format || state === undefined)
    throw corrupt(source, 'it holds only tensors, no training state');
  if (version === CHECKPOINT.version) return state;
  throw new FileError(
    'unsupported',
    `${source} is a checkpoint of version ${version}; expected version ${CHECKPOINT.version}. Update manabi, or save the checkpoint again.`,
    { data: { source, version } },
  );
}

function parsed(
  source: string,
  text: string,
  tensors: Readonly<Record<string, HostArray>>,
): Record<string, StateValue> {
  const tensorAt = (path: string) => (Object.hasOwn(tensors, path) ? fromHost(tensors[path]) : null);
  const tree = decodeTree(source, parsedJson(source, text), tensorAt);
  if (isRecord(tree)) return tree;
  throw corrupt(source, 'its state is not an object');
}

/** Parses the JSON text that describes the training state. */
function parsedJson(source: string, text: string): Json {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw corrupt(source, 'its state is not JSON', error);
  }
}

/** Renames every key, at any depth of nested objects, that is the old name of a weight. */
function renamed(tree: Record<string, StateValue>, names: ReadonlyMap<string, string>): Record<string, StateValue> {
  const visit = (value: StateValue): StateValue => (isRecord(value) ? renamed(value, names) : value);
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [names.get(key) ?? key, visit(value)]));
}

function isRecord(value: StateValue): value is Record<string, StateValue> {
  if (typeof value !== 'object' || value === null) return false;
  return Object.getPrototypeOf(value) === Object.prototype;
}

function corrupt(source: string, problem: string, cause?: unknown): FileError {
  return new FileError(
    'corrupt',
    `Cannot read ${source} as a checkpoint: ${problem}. Save a new one with saveCheckpoint().`,
    {
      data: { source },
      cause,
    },
  );
}

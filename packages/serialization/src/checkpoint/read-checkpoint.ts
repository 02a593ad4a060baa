import { fromHost, type HostArray, ManabiError } from '@manabi/core';
import { FileError } from '@manabi/files';
import { StateReader, type StateValue } from '@manabi/layers';
import type { Json } from '../keras/json.ts';
import { readSafetensors } from '../safetensors/index.ts';
import { type Source, type SourceOptions, sourceName } from '../stores/index.ts';
import { type CheckpointState, fromTree } from './checkpoint-state.ts';
import { decodeTree } from './state-tree.ts';

/** What the metadata of a checkpoint say, so that nobody takes another file for one. */
export const CHECKPOINT = { format: 'manabi.checkpoint', version: '1' } as const;

/**
 * Reads a checkpoint.
 *
 * @param namesOf names of weights in the model by those in the file, where they differ
 * @throws FileError `corrupt` for what is no checkpoint, `unsupported` for one of another version; as `readSafetensors`
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

/** The state in a checkpoint's metadata, as JSON. */
function checkpointText(source: string, metadata: Readonly<Record<string, string>>): string {
  const { format, version, state } = metadata;
  if (format !== CHECKPOINT.format || state === undefined) throw corrupt(source, 'it holds tensors, and no training');
  if (version === CHECKPOINT.version) return state;
  throw new FileError(
    'unsupported',
    `${source} is a checkpoint of version ${version}, and ${CHECKPOINT.version} is known here.`,
    { data: { source, version } },
  );
}

function parsed(
  source: string,
  text: string,
  tensors: Readonly<Record<string, HostArray>>,
): Record<string, StateValue> {
  const tensorAt = (place: string) => (Object.hasOwn(tensors, place) ? fromHost(tensors[place]) : null);
  const tree = decodeTree(source, parsedJson(source, text), tensorAt);
  if (isRecord(tree)) return tree;
  throw corrupt(source, 'its state is no record');
}

/** The JSON of a checkpoint's state. */
function parsedJson(source: string, text: string): Json {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw corrupt(source, 'its state is no JSON', error);
  }
}

/** A tree in which weights have other names, wherever values stand by their paths. */
function renamed(tree: Record<string, StateValue>, names: ReadonlyMap<string, string>): Record<string, StateValue> {
  const visit = (value: StateValue): StateValue => (isRecord(value) ? renamed(value, names) : value);
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [names.get(key) ?? key, visit(value)]));
}

function isRecord(value: StateValue): value is Record<string, StateValue> {
  if (typeof value !== 'object' || value === null) return false;
  return Object.getPrototypeOf(value) === Object.prototype;
}

function corrupt(source: string, problem: string, cause?: unknown): FileError {
  return new FileError('corrupt', `${source} is no checkpoint, or is damaged: ${problem}.`, {
    data: { source },
    cause,
  });
}

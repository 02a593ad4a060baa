import { FileError } from '@manabi/files';
import { inspectModelFile, type SaveModelOptions } from 'manabi';
import { type CategoryColumn, type NumberColumn, readColumns } from './table-columns.ts';

/** A network that classifies images: RGB pixels in [0, 255], cropped to the aspect ratio of its input and resized. */
export interface ImagesTask {
  readonly task: 'images';
  readonly classNames: readonly string[];
}

/** A network that classifies texts, which its first layer encodes. */
export interface TextTask {
  readonly task: 'text';
  readonly classNames: readonly string[];
}

/** A network that predicts a column of a table from the others. */
export interface TableTask {
  readonly task: 'table';
  /** Name of the predicted column. */
  readonly label: string;
  /** Names of the classes; null for a network that predicts numbers. */
  readonly classNames: readonly string[] | null;
  readonly columns: readonly (NumberColumn | CategoryColumn)[];
}

/** A network that classifies handwritten digits in the form of MNIST. */
export interface DigitsTask {
  readonly task: 'digits';
}

/** What a network was trained for, and how its inputs are prepared. */
export type ModelTask = ImagesTask | TextTask | TableTask | DigitsTask;

/** Returns the metadata to save with a network. */
export function taskMetadata(task: ModelTask): NonNullable<SaveModelOptions['metadata']> {
  // Tasks are plain objects; their types lack the index signature of JSON objects.
  return JSON.parse(JSON.stringify(task)) as NonNullable<SaveModelOptions['metadata']>;
}

/**
 * Reads what a network was trained for.
 *
 * @returns null for a file that does not state it, such as one that Keras saved
 * @throws FileError `corrupt` for a task that is not known, or lacks a part; the codes of reading the file
 */
export async function readTask(path: string): Promise<ModelTask | null> {
  if (!path.toLowerCase().endsWith('.keras')) return null;
  const { metadata } = await inspectModelFile(path);
  if (metadata === null || metadata.task === undefined) return null;
  const { task, classNames, label, columns } = metadata;
  if (task === 'digits') return { task };
  if ((task === 'images' || task === 'text') && isNames(classNames)) return { task, classNames };
  const read = readColumns(columns);
  if (task === 'table' && typeof label === 'string' && read !== null && (classNames === null || isNames(classNames))) {
    return { task, label, classNames, columns: read };
  }
  throw new FileError(
    'corrupt',
    `${path} was saved for the task ${JSON.stringify(task)}, which is not known or incomplete. Update manabi, or train the network again.`,
    { data: { source: path } },
  );
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string');
}

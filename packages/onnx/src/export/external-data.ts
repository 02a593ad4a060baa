import { FileError, fileSize, readBytes, removeFile, writeFileAtomic } from '@manabi/files';
import { decode } from '../proto/decode.ts';
import { encode } from '../proto/encode.ts';
import type { GraphProto, ModelProto, TensorProto } from '../proto/messages.ts';

/** Tensors below this stay in the model, where whoever reads it sees them. */
const FEWEST_BYTES = 1024;

/** Tensors begin at pages, so that they can be mapped into memory. */
const PAGE = 4096;

/** `TensorProto.DataLocation.EXTERNAL`. */
const EXTERNAL = 1;

/** A tensor that lies in a file beside the model. */
interface Piece {
  readonly bytes: Uint8Array;
  readonly offset: number;
}

/**
 * Writes a model with its large tensors in a file beside it. That file is written first, under a name that the model at
 * the destination does not refer to, and then the model: at any time the destination is a model with all of its data.
 *
 * @throws FileError as `writeFileAtomic`
 */
export async function writeWithExternalData(model: ModelProto, destination: string | URL): Promise<void> {
  const used = await dataOfModelAt(destination);
  const [first, second] = dataNames(destination);
  const location = used.includes(first) ? second : first;
  const { model: referring, pieces } = separated(model, location);
  if (pieces.length > 0) await writeFileAtomic(beside(destination, location), chunksOf(pieces));
  await writeFileAtomic(destination, encode('ModelProto', referring));
  await removeAll(destination, used);
}

/**
 * Writes a model as one file, and removes what an older model had beside it.
 *
 * @throws FileError as `writeFileAtomic`
 */
export async function writeWhole(model: ModelProto, destination: string | URL): Promise<void> {
  const used = await dataOfModelAt(destination);
  await writeFileAtomic(destination, encode('ModelProto', model));
  await removeAll(destination, used);
}

async function removeAll(destination: string | URL, names: readonly string[]): Promise<void> {
  for (const name of names) await removeFile(beside(destination, name));
}

/** Two names by turns, so that new data never take the place of those of the model that is there. */
function dataNames(destination: string | URL): readonly [string, string] {
  const base = baseName(destination);
  return [`${base}.data`, `${base}.1.data`];
}

/** The files of our names that exist, and that a model at the destination refers to. */
async function dataOfModelAt(destination: string | URL): Promise<readonly string[]> {
  const existing: string[] = [];
  for (const name of dataNames(destination)) {
    const size = await fileSize(beside(destination, name)).catch(() => null);
    if (size !== null) existing.push(name);
  }
  if (existing.length === 0) return [];
  try {
    const { graph } = decode('ModelProto', await readBytes(destination));
    const used = new Set((graph?.initializer ?? []).flatMap(locationOf));
    return existing.filter((name) => used.has(name));
  } catch (error) {
    // What is not there, or is no model, refers to nothing.
    if (error instanceof FileError) return [];
    throw error;
  }
}

/** The file in which a tensor's elements lie; none if they are within. */
function locationOf({ externalData = [] }: TensorProto): string[] {
  return externalData.flatMap(({ key, value }) => (key === 'location' && value !== undefined ? [value] : []));
}

function separated(model: ModelProto, location: string): { model: ModelProto; pieces: readonly Piece[] } {
  const pieces: Piece[] = [];
  let end = 0;
  const initializer = (model.graph?.initializer ?? []).map((tensor): TensorProto => {
    const { rawData, ...rest } = tensor;
    if (rawData === undefined || rawData.length < FEWEST_BYTES) return tensor;
    const offset = Math.ceil(end / PAGE) * PAGE;
    pieces.push({ bytes: rawData, offset });
    end = offset + rawData.length;
    const facts = { location, offset: String(offset), length: String(rawData.length) };
    const externalData = Object.entries(facts).map(([key, value]) => ({ key, value }));
    return { ...rest, dataLocation: EXTERNAL, externalData };
  });
  const graph: GraphProto = { ...model.graph, initializer };
  return { model: { ...model, graph }, pieces };
}

async function* chunksOf(pieces: readonly Piece[]): AsyncGenerator<Uint8Array> {
  let end = 0;
  for (const { bytes, offset } of pieces) {
    if (offset > end) yield new Uint8Array(offset - end);
    yield bytes;
    end = offset + bytes.length;
  }
}

function baseName(destination: string | URL): string {
  const path = isUrl(destination) ? decodeURIComponent(new URL(destination).pathname) : String(destination);
  return path.split(/[\\/]/).at(-1) ?? path;
}

function beside(destination: string | URL, name: string): string | URL {
  if (isUrl(destination)) return new URL(encodeURIComponent(name), destination);
  const path = String(destination);
  return path.slice(0, path.length - baseName(path).length) + name;
}

function isUrl(destination: string | URL): boolean {
  return destination instanceof URL || destination.startsWith('file:');
}

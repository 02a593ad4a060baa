import { FileError, readBytes, writeWithPart } from '@manabi/files';
import { decode } from '../proto/decode.ts';
import { encode } from '../proto/encode.ts';
import type { GraphProto, ModelProto, TensorProto } from '../proto/messages.ts';
import { FEWEST_BYTES, referringTo } from './external-tensor.ts';

/** Alignment of tensors in the data file in bytes. Aligned tensors can be mapped into memory. */
const PAGE = 4096;

/** Extension of data files. */
const EXTENSION = 'data';

/** A tensor stored in the data file. */
interface Piece {
  readonly bytes: Uint8Array;
  readonly offset: number;
}

/**
 * Writes a model file, and a data file next to it with the large tensors. The name of the data file consists of the
 * name of the model file and a unique number: `digits.onnx.1b9d6bcd-bbfd.data`. The model file and its data always
 * match, even if several calls or processes export to the same path. The data file of a replaced model is removed.
 *
 * @throws FileError from `writeFileAtomic`
 */
export async function writeWithExternalData(model: ModelProto, destination: string | URL): Promise<void> {
  const { refer, pieces } = separated(model);
  await writeWithPart(destination, {
    file: (location) => encode('ModelProto', refer(location)),
    part: pieces.length > 0 ? chunksOf(pieces) : null,
    extension: EXTENSION,
    partsOf: dataOfModelAt,
  });
}

/**
 * Writes a model as one file, and removes the data file of the model that it replaces.
 *
 * @throws FileError from `writeFileAtomic`
 */
export async function writeWhole(model: ModelProto, destination: string | URL): Promise<void> {
  const file = encode('ModelProto', model);
  await writeWithPart(destination, { file: () => file, part: null, extension: EXTENSION, partsOf: dataOfModelAt });
}

/** Returns the names of the data files to which the model at a path refers; null if the path has no valid model. */
async function dataOfModelAt(path: string): Promise<readonly string[] | null> {
  try {
    const { graph } = decode('ModelProto', await readBytes(path));
    return (graph?.initializer ?? []).flatMap(locationOf);
  } catch (error) {
    if (error instanceof FileError) return null;
    throw error;
  }
}

/**
 * Returns the name of the data file that contains the elements of a tensor, as a list; an empty list if the model file
 * contains the elements.
 */
function locationOf({ externalData = [] }: TensorProto): string[] {
  return externalData.flatMap(({ key, value }) => (key === 'location' && value !== undefined ? [value] : []));
}

/**
 * Moves the large tensors of a model to external data: returns their bytes, and a model that refers to these bytes in
 * the data file.
 */
function separated(model: ModelProto): {
  readonly refer: (location: string) => ModelProto;
  readonly pieces: readonly Piece[];
} {
  const pieces: Piece[] = [];
  let end = 0;
  const tensors = (model.graph?.initializer ?? []).map((tensor): ((location: string) => TensorProto) => {
    const { rawData } = tensor;
    if (rawData === undefined || rawData.length < FEWEST_BYTES) return () => tensor;
    const offset = Math.ceil(end / PAGE) * PAGE;
    pieces.push({ bytes: rawData, offset });
    end = offset + rawData.length;
    return (location) => referringTo(tensor, { location, offset, length: rawData.length });
  });
  const refer = (location: string): ModelProto => {
    const graph: GraphProto = { ...model.graph, initializer: tensors.map((tensor) => tensor(location)) };
    return { ...model, graph };
  };
  return { refer, pieces };
}

async function* chunksOf(pieces: readonly Piece[]): AsyncGenerator<Uint8Array> {
  let end = 0;
  for (const { bytes, offset } of pieces) {
    if (offset > end) yield new Uint8Array(offset - end);
    yield bytes;
    end = offset + bytes.length;
  }
}

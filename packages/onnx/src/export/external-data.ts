import { FileError, readBytes, writeWithPart } from '@manabi/files';
import { decode } from '../proto/decode.ts';
import { encode } from '../proto/encode.ts';
import type { GraphProto, ModelProto, TensorProto } from '../proto/messages.ts';

/** Tensors below this stay in the model, where whoever reads it sees them. */
const FEWEST_BYTES = 1024;

/** Tensors begin at pages, so that they can be mapped into memory. */
const PAGE = 4096;

/** The end of the name of a file of data. */
const EXTENSION = 'data';

/** `TensorProto.DataLocation.EXTERNAL`. */
const EXTERNAL = 1;

/** A tensor that lies in a file beside the model. */
interface Piece {
  readonly bytes: Uint8Array;
  readonly offset: number;
}

/**
 * Writes a model with its large tensors in a file beside it, whose name is the model's with a number of its own:
 * `digits.onnx.1b9d6bcd-bbfd.data`. At any time the destination is a model with its own data, also where several calls or
 * processes export to it. Data of the model that is replaced are removed.
 *
 * @throws FileError as `writeFileAtomic`
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
 * Writes a model as one file, and removes what an older model had beside it.
 *
 * @throws FileError as `writeFileAtomic`
 */
export async function writeWhole(model: ModelProto, destination: string | URL): Promise<void> {
  const file = encode('ModelProto', model);
  await writeWithPart(destination, { file: () => file, part: null, extension: EXTENSION, partsOf: dataOfModelAt });
}

/** The files that the model at a path refers to; null if there is none that can be read. */
async function dataOfModelAt(path: string): Promise<readonly string[] | null> {
  try {
    const { graph } = decode('ModelProto', await readBytes(path));
    return (graph?.initializer ?? []).flatMap(locationOf);
  } catch (error) {
    if (error instanceof FileError) return null;
    throw error;
  }
}

/** The file in which a tensor's elements lie; none if they are within. */
function locationOf({ externalData = [] }: TensorProto): string[] {
  return externalData.flatMap(({ key, value }) => (key === 'location' && value !== undefined ? [value] : []));
}

/** Takes the large tensors out of a model: what they are in a file, and the model that refers to them there. */
function separated(model: ModelProto): {
  readonly refer: (location: string) => ModelProto;
  readonly pieces: readonly Piece[];
} {
  const pieces: Piece[] = [];
  let end = 0;
  const tensors = (model.graph?.initializer ?? []).map((tensor): ((location: string) => TensorProto) => {
    const { rawData, ...rest } = tensor;
    if (rawData === undefined || rawData.length < FEWEST_BYTES) return () => tensor;
    const offset = Math.ceil(end / PAGE) * PAGE;
    pieces.push({ bytes: rawData, offset });
    end = offset + rawData.length;
    return (location) => {
      const facts = { location, offset: String(offset), length: String(rawData.length) };
      const externalData = Object.entries(facts).map(([key, value]) => ({ key, value }));
      return { ...rest, dataLocation: EXTERNAL, externalData };
    };
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

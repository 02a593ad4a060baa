/**
 * Program of a thread in Node, as text, so that no bundler has to find a file. It reads, decodes and resizes photos with the
 * module of `codec.ts`, and leaves whatever it cannot read or decode to the caller.
 */
export const program = `
const { parentPort, workerData } = require('node:worker_threads');
const { closeSync, fstatSync, openSync, readSync } = require('node:fs');
const LARGEST_FILE = 2 ** 27;
const LARGEST_MEMORY = 2 ** 27;
const ASPECTS = { stretch: 0, crop: 1, pad: 2 };
let codec;

// Writes a file to the memory of the module.
function read({ bytes, path, start, end }) {
  if (bytes !== undefined) {
    const at = codec.input(bytes.length);
    new Uint8Array(codec.memory.buffer).set(bytes, at);
    return { at, length: bytes.length };
  }
  const file = openSync(path, 'r');
  try {
    const length = (end ?? fstatSync(file).size) - start;
    if (length > LARGEST_FILE) return null;
    const at = codec.input(length);
    const memory = new Uint8Array(codec.memory.buffer, at, length);
    for (let done = 0; done < length; ) {
      const count = readSync(file, memory, done, length - done, start + done);
      if (count === 0) return null;
      done += count;
    }
    return { at, length };
  } finally {
    closeSync(file);
  }
}

// Returns the result of a function on the decoded photo, or null if it cannot be read or decoded.
function decoded(photo, isUpright, use) {
  try {
    codec ??= new WebAssembly.Instance(workerData, { env: { abort() { throw new Error('abort'); } } }).exports;
    const file = read(photo);
    return file !== null && codec.decode(file.at, file.length, isUpright ? 1 : 0) ? use() : null;
  } catch {
    codec = undefined; // out of memory, or no such file
    return null;
  }
}

// A large photo must not occupy its memory for ever.
function forgetLargeMemory() {
  if (codec !== undefined && codec.memory.buffer.byteLength > LARGEST_MEMORY) codec = undefined;
}

const tasks = {
  batch({ photos, form: { height, width, channels, isUpright, isLinear, aspect, isBytes, isPil } }) {
    const Pixels = isBytes ? Uint8Array : Float32Array;
    const size = height * width * channels;
    const data = new Pixels(photos.length * size);
    const missed = [];
    photos.forEach((photo, position) => {
      const isDone = photo && decoded(photo, isUpright, () => {
        const at = isPil
          ? codec.resizeAsPil(height, width, channels, isLinear ? 1 : 0, ASPECTS[aspect])
          : codec.resizeTo(height, width, channels, isLinear ? 1 : 0, ASPECTS[aspect], isBytes ? 1 : 0);
        data.set(new Pixels(codec.memory.buffer, at, size), position * size);
        return true;
      });
      if (!isDone) missed.push(position);
    });
    return [{ data: data.buffer, missed }, [data.buffer]];
  },
  pixels({ photo, form: { channels, isUpright } }) {
    const pixels = decoded(photo, isUpright, () => {
      const [height, width] = [codec.heightOf(), codec.widthOf()];
      const at = codec.pixelsOf(channels);
      return { height, width, data: codec.memory.buffer.slice(at, at + height * width * channels) };
    });
    return [pixels, pixels === null ? [] : [pixels.data]];
  },
};

parentPort.on('message', ({ id, task }) => {
  const [answer, transfer] = tasks[task.kind](task);
  forgetLargeMemory();
  parentPort.postMessage({ id, answer }, transfer);
});
`;

import { crc32, createDeflateRaw } from 'node:zlib';

const BLOCK = Buffer.alloc(1 << 20, ' ');

/** Returns a ZIP archive of texts, and of one file of blanks. */
export function blankArchive(texts: Readonly<Record<string, string>>, blank: string, blanks: Compressed): Buffer {
  const files = Object.entries(texts).map(([name, text]) => {
    const data = Buffer.from(text);
    return { name, data, size: data.length, crc: crc32(data), method: 0 };
  });
  return archiveOf([...files, { name: blank, ...blanks, method: 8 }]);
}

/** Bytes that deflate compressed, with the size and the CRC-32 of the original. */
export interface Compressed {
  readonly data: Buffer;
  readonly size: number;
  readonly crc: number;
}

interface Packed extends Compressed {
  readonly name: string;
  readonly method: number;
}

/** Compresses blanks, a thousand bytes to one. */
export async function compressedBlanks(mebibytes: number): Promise<Compressed> {
  const deflate = createDeflateRaw();
  const pieces: Buffer[] = [];
  deflate.on('data', (piece: Buffer) => pieces.push(piece));
  const ended = new Promise((resolve, reject) => deflate.on('end', resolve).on('error', reject));
  let crc = 0;
  for (let i = 0; i < mebibytes; i++) {
    crc = crc32(BLOCK, crc);
    if (!deflate.write(BLOCK)) await new Promise((resolve) => deflate.once('drain', resolve));
  }
  deflate.end();
  await ended;
  return { data: Buffer.concat(pieces), size: mebibytes * BLOCK.length, crc };
}

function archiveOf(files: readonly Packed[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, data, size, crc, method } of files) {
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(method, 4);
    fields.writeUInt32LE(crc, 10);
    fields.writeUInt32LE(data.length, 14);
    fields.writeUInt32LE(size, 18);
    fields.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name), data]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), fields, rest, Buffer.from(name));
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, central, Buffer.from('PK\x05\x06'), end]);
}

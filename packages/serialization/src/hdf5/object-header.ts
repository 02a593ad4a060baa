import type { FileBytes, Reader } from './file-bytes.ts';
import { corruptHdf5, unsupportedHdf5 } from './hdf5-errors.ts';

/** A part of an object's header, by the number of its kind. */
export interface HeaderMessage {
  readonly type: number;
  readonly body: Reader;
}

/** Kinds of messages (HDF5 File Format Specification 3.0, IV.A.2). */
export const messageTypes = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  link: 0x06,
  externalFiles: 0x07,
  layout: 0x08,
  filters: 0x0b,
  attribute: 0x0c,
  continuation: 0x10,
  symbolTable: 0x11,
  attributeInfo: 0x15,
} as const;

/** Bit of a message's flags: it is kept elsewhere, and shared. */
const IS_SHARED = 0x02;

interface Block {
  readonly reader: Reader;
  readonly version: 1 | 2;
  /** Whether messages carry the order in which they were made. */
  readonly hasOrder: boolean;
}

/**
 * The messages of the object at an address.
 *
 * @throws FileError `corrupt`; `unsupported` for messages that are shared between objects
 */
export function readObjectHeader(file: FileBytes, address: number): readonly HeaderMessage[] {
  const blocks = [firstBlock(file, address)];
  const seen = new Set([address]);
  const messages: HeaderMessage[] = [];
  for (let next = blocks.pop(); next !== undefined; next = blocks.pop()) {
    const { reader, version, hasOrder } = next;
    const head = version === 1 ? 8 : hasOrder ? 6 : 4;
    while (reader.left >= head) {
      file.step();
      const type = version === 1 ? reader.u16() : reader.u8();
      const size = reader.u16();
      const flags = reader.u8();
      reader.skip(head - (version === 1 ? 5 : 4));
      const body = reader.part(size);
      if (type === messageTypes.continuation) {
        const block = continuation(file, body, next, seen);
        if (block !== null) blocks.push(block);
      } else {
        if ((flags & IS_SHARED) !== 0 && type !== 0) throw unsupportedHdf5(file.name, 'shared messages', { type });
        messages.push({ type, body });
      }
    }
  }
  return messages;
}

function firstBlock(file: FileBytes, address: number): Block {
  const start = file.at(address);
  if (start.u8() === 1) {
    start.skip(7);
    const size = start.u32();
    start.skip(4);
    return { reader: start.part(size), version: 1, hasOrder: false };
  }
  start.position -= 1;
  start.signature('OHDR');
  const version = start.u8();
  if (version !== 2) throw unsupportedHdf5(file.name, `object headers of version ${version}`, { version });
  const flags = start.u8();
  if ((flags & 0x20) !== 0) start.skip(16);
  if ((flags & 0x10) !== 0) start.skip(4);
  const size = start.unsigned(1 << (flags & 3));
  return { reader: start.part(size), version: 2, hasOrder: (flags & 0x04) !== 0 };
}

function continuation(file: FileBytes, body: Reader, { version, hasOrder }: Block, seen: Set<number>): Block | null {
  const address = body.address();
  const length = body.length();
  if (address === null || seen.has(address)) {
    throw corruptHdf5(file.name, 'the header of an object goes on nowhere, or in itself', { address });
  }
  seen.add(address);
  const reader = file.at(address, length);
  if (version === 1) return { reader, version, hasOrder };
  reader.signature('OCHK');
  // The last four bytes are a checksum.
  return { reader: reader.part(Math.max(0, reader.left - 4)), version, hasOrder };
}

/** Creates an error as browsers throw it, such as `NotFoundError` or `QuotaExceededError`. */
const failure = (name: string): DOMException => new DOMException(name, name);

interface Folder {
  readonly folders: Map<string, Folder>;
  readonly files: Map<string, { bytes: Uint8Array<ArrayBuffer> }>;
}

/**
 * Simulates the part of a browser's private file system that `opfs` uses. Data is written to a copy, which replaces the
 * file when the copy is closed.
 *
 * @param space largest size of a file in bytes
 */
export function privateFileSystem(space = Number.POSITIVE_INFINITY) {
  const root: Folder = { folders: new Map(), files: new Map() };
  return { getDirectory: async () => folderHandle(root, space), root };
}

function folderHandle(folder: Folder, space: number) {
  const found = <T>(map: Map<string, T>, name: string, create: boolean, make: () => T): T => {
    const known = map.get(name);
    if (known !== undefined) return known;
    if (!create) throw failure('NotFoundError');
    const made = make();
    map.set(name, made);
    return made;
  };
  return {
    getDirectoryHandle: async (name: string, { create = false } = {}): Promise<unknown> =>
      folderHandle(
        found(folder.folders, name, create, () => ({ folders: new Map(), files: new Map() })),
        space,
      ),
    getFileHandle: async (name: string, { create = false } = {}) => {
      const file = found(folder.files, name, create, () => ({ bytes: new Uint8Array(0) }));
      return {
        getFile: async () => new File([file.bytes], name),
        createWritable: async () => {
          const pieces: Uint8Array<ArrayBuffer>[] = [];
          return {
            write: async (piece: Uint8Array<ArrayBuffer>) => {
              pieces.push(piece.slice());
              if (pieces.reduce((sum, { length }) => sum + length, 0) > space) throw failure('QuotaExceededError');
            },
            abort: async () => {},
            close: async () => {
              file.bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
            },
          };
        },
      };
    },
    removeEntry: async (name: string) => {
      if (!folder.files.delete(name)) throw failure('NotFoundError');
    },
  };
}

// Writes more than the file size limit of this process allows, and prints the error code.
import { FileError, writeFileAtomic } from '../index.ts';

const [path] = process.argv.slice(2);
try {
  await writeFileAtomic(path, new Uint8Array(1_000_000));
} catch (error) {
  console.log(error instanceof FileError ? error.code : String(error));
}

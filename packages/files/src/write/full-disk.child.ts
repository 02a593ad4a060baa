// Writes more than the limit on file sizes that it was started under allows, and tells how that failed.
import { FileError, writeFileAtomic } from '../index.ts';

const [path] = process.argv.slice(2);
try {
  await writeFileAtomic(path, new Uint8Array(1_000_000));
} catch (error) {
  console.log(error instanceof FileError ? error.code : String(error));
}

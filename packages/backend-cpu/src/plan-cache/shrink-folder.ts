/** The modules of Node that are needed to remove files. */
export interface FolderModules {
  readonly fs: typeof import('node:fs');
  readonly path: typeof import('node:path');
}

/** Names of plans, and of the temporary files of plans. Other files in the folder are never removed. */
const ours = /^[0-9a-f]{64}\.plan(\..*\.tmp)?$/;
/** Age in milliseconds after which a temporary file must have been left by a killed process. */
const abandonedAfter = 3_600_000;

/** Removes the plans of a folder that were not used for the longest time until the others take at most `mostBytes` bytes. */
export function shrinkFolder(folder: string, mostBytes: number, { fs, path }: FolderModules): void {
  const plans: { readonly file: string; readonly size: number; readonly used: number }[] = [];
  for (const name of fs.readdirSync(folder)) {
    if (!ours.test(name)) continue;
    const file = path.join(folder, name);
    const facts = fs.statSync(file, { throwIfNoEntry: false });
    // Another process may have removed it.
    if (facts === undefined) continue;
    if (!name.endsWith('.tmp')) plans.push({ file, size: facts.size, used: facts.mtimeMs });
    else if (facts.mtimeMs < Date.now() - abandonedAfter) fs.rmSync(file, { force: true });
  }
  let bytes = plans.reduce((sum, { size }) => sum + size, 0);
  for (const { file, size } of plans.sort((a, b) => a.used - b.used)) {
    if (bytes <= mostBytes) return;
    fs.rmSync(file, { force: true });
    bytes -= size;
  }
}

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../../../../tooling/goldens/onnx-check/check.py', import.meta.url));

/** Largest output of the checker in bytes. */
const MOST_OUTPUT = 64 * 2 ** 20;

/** Returns a Python command with the onnx package: `MANABI_PYTHON`, or else `python3`; null if it lacks the package. */
export function pythonWithOnnx(): string | null {
  const python = process.env.MANABI_PYTHON ?? 'python3';
  const { status } = spawnSync(python, ['-c', 'import onnx'], { stdio: 'ignore' });
  return status === 0 ? python : null;
}

/** Runs the ONNX checker on files in one process; returns the error of each invalid file. */
export function faultsOf(python: string, files: ReadonlyMap<string, Uint8Array>): ReadonlyMap<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'manabi-onnx-'));
  try {
    const names = [...files.keys()];
    names.forEach((name, i) => {
      writeFileSync(join(folder, `${i}.onnx`), files.get(name) ?? new Uint8Array());
    });
    const { status, stdout, stderr } = spawnSync(python, [script, folder], {
      encoding: 'utf8',
      maxBuffer: MOST_OUTPUT,
      env: { ...process.env, OMP_NUM_THREADS: '1' },
    });
    const lines = stdout.trim().split('\n');
    if (status !== 0 || lines.length !== names.length) throw new Error(`The ONNX checker stopped early: ${stderr}`);
    const verdicts = lines.map((line): { readonly file: string; readonly fault: string | null } => JSON.parse(line));
    return new Map(
      verdicts.flatMap(({ file, fault }) =>
        fault === null ? [] : [[names[Number.parseInt(file, 10)], fault] as const],
      ),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

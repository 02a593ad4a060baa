import { ManabiError } from '@manabi/errors';
import type { StepReport } from '@manabi/ir';
import type { RuntimeSession } from './library.ts';
import { readProfile } from './session-profile.ts';

/** The modules of Node that read the file in which ONNX Runtime writes times. */
interface NodeModules {
  getBuiltinModule?(name: 'node:fs'): {
    mkdtempSync(prefix: string): string;
    readdirSync(folder: string): readonly string[];
    readFileSync(path: string, encoding: 'utf8'): string;
    rmSync(folder: string, options: { readonly recursive: true; readonly force: true }): void;
  };
  getBuiltinModule?(name: 'node:os'): { tmpdir(): string };
}

/** Measures the operators of a session. */
export interface Recording {
  /** Options of the session. */
  readonly options: { readonly enableProfiling: true; readonly profileFilePrefix: string };
  /** Returns the operators with their times. The first call ends the measurement. */
  readonly steps: (session: RuntimeSession) => readonly StepReport[];
  /** Deletes the file of a session that was released before `steps` was called. */
  readonly remove: () => void;
}

/**
 * Prepares the measurement of a session, for which ONNX Runtime writes a temporary file.
 *
 * @throws ManabiError `argument` outside Node
 */
export function record(): Recording {
  const host: NodeModules | undefined = globalThis.process;
  const [fs, os] = [host?.getBuiltinModule?.('node:fs'), host?.getBuiltinModule?.('node:os')];
  if (fs === undefined || os === undefined) {
    throw new ManabiError('argument', 'Option `measures` needs Node 20.16 or later. Omit it.', {
      op: 'compile',
      data: { name: 'measures' },
    });
  }
  const folder = fs.mkdtempSync(`${os.tmpdir()}/manabi-profile-`);
  const remove = () => fs.rmSync(folder, { recursive: true, force: true });
  let steps: readonly StepReport[] | null = null;
  return {
    options: { enableProfiling: true, profileFilePrefix: `${folder}/session` },
    steps: (session) => {
      if (steps === null) {
        session.endProfiling?.();
        const [name] = fs.readdirSync(folder);
        steps = name === undefined ? [] : readProfile(fs.readFileSync(`${folder}/${name}`, 'utf8'));
        remove();
      }
      return steps;
    },
    remove,
  };
}

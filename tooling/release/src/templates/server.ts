import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';

/** A server that runs while a check uses it. */
export interface RunningServer {
  /** Address without a slash at the end: `http://127.0.0.1:12345`. */
  readonly address: string;
}

/**
 * Starts a server of a project, waits until it answers, and stops it at the end.
 *
 * @param folder folder of the project
 * @param program path of a module in the folder, for Node, and its arguments for a port
 * @returns the result of `use`
 */
export async function withServer<T>(
  folder: string,
  program: (port: number) => readonly string[],
  use: (server: RunningServer) => Promise<T>,
): Promise<T> {
  const port = await freePort();
  const env = { ...process.env, PORT: String(port), NEXT_TELEMETRY_DISABLED: '1' };
  const child = spawn(process.execPath, program(port), { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  try {
    const address = `http://localhost:${port}`;
    await answered(child, address, () => output);
    return await use({ address });
  } finally {
    await stop(child);
  }
}

/** Waits until a server answers, and fails if its process ends or a minute has passed. */
async function answered(child: ChildProcess, address: string, output: () => string): Promise<void> {
  const end = performance.now() + 60_000;
  while (child.exitCode === null && performance.now() < end) {
    const response = await fetch(address).catch(() => null);
    if (response !== null) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`The server at ${address} does not answer. It printed: ${output()}`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill();
  await ended;
}

/** Returns a port that no program uses. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, 'localhost', () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('The system assigned no port.'));
      });
    });
  });
}

import { adapterLines } from '../doctor/adapter-lines.ts';
import { type Examination, examine, LEAST_NODE, nodeMajor } from '../doctor/examine.ts';
import type { Line } from '../doctor/line.ts';
import { optionalPackages } from '../doctor/optional-packages.ts';
import type { Terminal } from '../terminal.ts';

/**
 * Prints what this machine has.
 *
 * @throws UnsupportedMachine if networks cannot run on it
 */
export async function checkMachine(out: Terminal): Promise<void> {
  const found = await examine();
  report(out, found);
  out.finish({ ...found });
  if (!found.ok) throw new UnsupportedMachine();
}

/** Thrown if Node is too old, or a required backend does not work, so that networks cannot run on this machine. */
class UnsupportedMachine extends Error {
  override readonly name = 'UnsupportedMachine';

  constructor() {
    super('This machine cannot run manabi; see the lines marked ✘ above.');
  }
}

function report({ say, colours }: Terminal, found: Examination): void {
  const marks = { present: colours.green('✔'), missing: colours.yellow('–'), broken: colours.red('✘') };
  const lines = linesOf(found);
  const width = Math.max(...lines.map(({ what }) => what.length));
  say(`manabi ${found.manabi}`);
  for (const { state, what, detail } of lines) say(`${marks[state]} ${what.padEnd(width)}  ${detail}`);
}

function linesOf(found: Examination): Line[] {
  const { node, platform, processor, cores, threads, memoryBytes, wasm, backends, adapter, packages } = found;
  const presence = (isPresent: boolean): 'present' | 'missing' => (isPresent ? 'present' : 'missing');
  const gibibytes = (memoryBytes / 2 ** 30).toFixed(1);
  return [
    {
      state: nodeMajor() >= LEAST_NODE ? 'present' : 'broken',
      what: 'Node',
      detail: nodeMajor() >= LEAST_NODE ? node : `${node}; install Node ${LEAST_NODE} or later`,
    },
    { state: 'present', what: 'machine', detail: `${platform}, ${processor}, ${cores} cores, ${gibibytes} GiB` },
    {
      state: wasm.simd ? 'present' : 'broken',
      what: 'WebAssembly SIMD',
      detail: wasm.simd ? 'supported' : 'unsupported, but required by backend cpu: install a newer Node',
    },
    {
      state: 'present',
      what: 'WebAssembly relaxed SIMD',
      detail:
        `${wasm.relaxedSimd ? 'supported' : 'off in this version of Node, but on for the modules of backend cpu'}; ` +
        'backend cpu uses fused multiply-add where the processor has it',
    },
    {
      state: presence(wasm.threads),
      what: 'WebAssembly threads',
      detail: wasm.threads
        ? `supported; backend cpu uses ${threads === 1 ? 'one thread' : `${threads} threads`}`
        : 'unsupported; backend cpu uses one thread',
    },
    ...backends.map(
      ({ name, trouble }): Line => ({
        // Networks also run without the optional backends.
        state: trouble === null ? 'present' : name === 'cpu' ? 'broken' : 'missing',
        what: `backend ${name}`,
        detail: trouble ?? 'ready',
      }),
    ),
    ...(adapter === null ? [] : adapterLines(adapter)),
    ...optionalPackages.map(({ name, purpose }): Line => {
      const version = packages[name] ?? null;
      const detail = version === null ? `not installed: npm install ${name}` : version;
      return { state: presence(version !== null), what: name, detail: `${detail} (${purpose})` };
    }),
  ];
}

import type { Command } from 'commander';
import { type CommonOptions, withCommonOptions } from '../command-options.ts';
import { type Examination, examine, LEAST_NODE, nodeMajor } from '../doctor/examine.ts';
import { optionalPackages } from '../doctor/optional-packages.ts';
import type { Io } from '../io.ts';
import { type Terminal, terminal } from '../terminal.ts';

/** `manabi doctor` */
export function addDoctor(program: Command, io: Io): void {
  const command = program
    .command('doctor')
    .description('tells what this machine has for networks, and what to install for more');
  withCommonOptions(command, ['manabi doctor', 'manabi doctor --json']);
  command.action(async (options: CommonOptions) => {
    const out = terminal(io, options.json === true);
    const found = await examine();
    tell(out, found);
    out.finish({ ...found });
    if (!found.ok) throw new Unfit();
  });
}

/** Networks cannot be trained here. */
class Unfit extends Error {
  override readonly name = 'Unfit';

  constructor() {
    super('manabi cannot compute here; the lines above say why.');
  }
}

interface Line {
  readonly state: 'there' | 'missing' | 'broken';
  readonly what: string;
  readonly detail: string;
}

function tell({ say, colours }: Terminal, found: Examination): void {
  const marks = { there: colours.green('✔'), missing: colours.yellow('–'), broken: colours.red('✘') };
  const lines = linesOf(found);
  const width = Math.max(...lines.map(({ what }) => what.length));
  say(`manabi ${found.manabi}`);
  for (const { state, what, detail } of lines) say(`${marks[state]} ${what.padEnd(width)}  ${detail}`);
}

function linesOf({ node, platform, processor, cores, memoryBytes, wasm, backends, packages }: Examination): Line[] {
  const there = (is: boolean): 'there' | 'missing' => (is ? 'there' : 'missing');
  const gibibytes = (memoryBytes / 2 ** 30).toFixed(1);
  return [
    {
      state: nodeMajor() >= LEAST_NODE ? 'there' : 'broken',
      what: 'Node',
      detail: nodeMajor() >= LEAST_NODE ? node : `${node}; install ${LEAST_NODE} or later`,
    },
    { state: 'there', what: 'machine', detail: `${platform}, ${processor}, ${cores} cores, ${gibibytes} GiB` },
    {
      state: wasm.simd ? 'there' : 'broken',
      what: 'WebAssembly SIMD',
      detail: wasm.simd ? 'four numbers at once' : 'backend cpu needs it: install a newer Node',
    },
    {
      state: there(wasm.relaxedSimd),
      what: 'WebAssembly relaxed SIMD',
      detail: wasm.relaxedSimd ? 'there, and not used: results are the same on every machine' : 'not used either',
    },
    {
      state: there(wasm.threads),
      what: 'WebAssembly threads',
      detail: wasm.threads ? 'there; backend cpu computes on one thread' : 'backend cpu computes on one thread',
    },
    ...backends.map(
      ({ name, trouble }): Line => ({
        state: trouble === null ? 'there' : 'broken',
        what: `backend ${name}`,
        detail: trouble ?? 'computes',
      }),
    ),
    ...optionalPackages.map(({ name, purpose }): Line => {
      const version = packages[name] ?? null;
      if (purpose === null) return { state: there(version !== null), what: name, detail: 'no backend uses it' };
      const detail = version === null ? `not installed: npm install ${name}` : version;
      return { state: there(version !== null), what: name, detail: `${detail} (${purpose})` };
    }),
  ];
}

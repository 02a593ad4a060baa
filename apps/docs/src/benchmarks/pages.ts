import { type BenchResults, type ContestantName, contestants, type Row } from '@manabi/bench';
import { formatMs } from '@manabi/bench/report';
import { ratioBars } from '../plots/ratio-bars.ts';
import { contestantTexts } from './contestant-texts.ts';
import { readResults } from './results.ts';

/** A section of the page: benchmarks of one kind. */
interface Group {
  readonly title: string;
  readonly text: string;
  readonly works: readonly Row['work'][];
}

const groups: readonly Group[] = [
  {
    title: 'Training steps',
    text: 'One step on a batch from host memory: forward, backward, and the update of the weights by Adam.',
    works: ['mlp-step', 'cnn-step', 'bn-mlp-step', 'lstm-step', 'embedding-step'],
  },
  {
    title: 'Training steps of larger networks',
    text: 'A transformer of 4 blocks with a width of 128, and two image classifiers of Keras with images of 96 × 96 pixels; Adam.',
    works: ['gpt-step', 'network-step'],
  },
  {
    title: 'Predictions',
    text: 'The logits of image classifiers with random weights.',
    works: ['predict'],
  },
  { title: 'Matrix products', text: 'The product of two square float32 matrices.', works: ['matmul'] },
  {
    title: 'Elementwise functions and sums',
    text: 'Functions of a million numbers, sums of the rows and of the columns of a matrix, and softmax.',
    works: ['elementwise', 'reduce', 'softmax'],
  },
  {
    title: 'Overhead',
    text: 'A chain of 100 products of tiny matrices, and the time from the start of a process to the end of its first training step.',
    works: ['replay', 'first-step'],
  },
  {
    title: 'Data',
    text: 'An epoch over 512 photos in a folder, resized to 224 × 224, and over 10,000 small images in memory.',
    works: ['image-folder', 'pipeline'],
  },
];

/** A file below `pages/`. */
interface TableFile {
  readonly path: string;
  readonly content: string;
}

/** The parts of the page of benchmarks that come from the committed results. */
export async function benchmarkTables(): Promise<readonly TableFile[]> {
  const results = readResults();
  return [
    { path: 'benchmarks/tables/machine.md', content: machineOf(results) },
    { path: 'benchmarks/tables/results.md', content: groups.map((group) => sectionOf(group, results.rows)).join('\n') },
  ];
}

function machineOf({ manabi, date, machine, load, threads, seconds, repeats, rows }: BenchResults): string {
  const time = repeats === null ? `${seconds} s of measuring for each contestant and size` : `${repeats} rounds`;
  const busy =
    load !== null && Math.max(load.before, load.after) >= 0.5
      ? `\n\n::: warning A busy machine\nOther programs were running: the load was ${load.before} before and ${load.after} after the measurement. The times are too long. Contestants took turns, so ratios are less affected, but not exact.\n:::`
      : '';
  const names = [...new Set(rows.map(({ who }) => who))];
  const versions = names.map((who) => {
    const version = rows.find((row) => row.who === who && row.version !== null)?.version ?? null;
    return `| \`${who}\` | ${contestantTexts[who]} | ${versionOf(who, version, manabi)} |`;
  });
  return `Measured on ${new Date(date).toISOString().slice(0, 10)} on a machine with ${machine.cores} cores (${machine.processor}, ${machine.memory} GiB, ${machine.platform}), with Node ${machine.node}, ${threads === 1 ? 'one thread' : `${threads} threads`} per contestant, and ${time}.${busy}

| contestant | what it is | version |
| --- | --- | --- |
${versions.join('\n')}
`;
}

function versionOf(who: ContestantName, version: string | null, manabi: string): string {
  if (contestants[who].origin === 'repository') return manabi;
  return version ?? 'not measured';
}

function sectionOf({ title, text, works }: Group, rows: readonly Row[]): string {
  const own = rows.filter(({ work }) => works.includes(work));
  if (own.length === 0) return '';
  const names = [...new Set(own.map(({ who }) => who))].filter((who) =>
    own.some((row) => row.who === who && row.medianMs !== null),
  );
  const cases = [...new Set(own.map(caseOf))];
  const range = rangeOf(own.flatMap(({ ratio }) => ratio ?? []));
  const charts = cases.map((name) => {
    const bars = own
      .filter((row) => caseOf(row) === name && row.ratio !== null && !isReference(row))
      .map(({ who, ratio }) => ({ label: who, ratio: ratio ?? 1 }));
    return bars.length === 0 ? '' : ratioBars(name, bars, range);
  });
  const head = `| benchmark | ${names.map((who) => `\`${who}\``).join(' | ')} |\n| --- |${' ---: |'.repeat(names.length)}`;
  const body = cases.map((name) => {
    const cells = names.map((who) => cellOf(own.find((row) => row.who === who && caseOf(row) === name)));
    return `| ${name} | ${cells.join(' | ')} |`;
  });
  return `### ${title}

${text}

<div class="benchmark-charts" v-pre>${charts.join('')}</div>

Median times:

${head}
${body.join('\n')}
${reasonsOf(own)}`;
}

/** Lists why contestants have no times in some benchmarks. */
function reasonsOf(rows: readonly Row[]): string {
  const reasons = new Map<string, string[]>();
  for (const row of rows.filter(({ medianMs }) => medianMs === null)) {
    const reason = `\`${row.who}\` | ${row.outcome} | ${row.note ?? ''}`;
    reasons.set(reason, [...(reasons.get(reason) ?? []), row.work === 'first-step' ? caseOf(row) : row.work]);
  }
  if (reasons.size === 0) return '';
  const lines = Array.from(reasons, ([reason, works]) => `| ${reason} | ${[...new Set(works)].join(', ')} |`);
  return `
::: details Why some have no times
| contestant | outcome | reason | benchmarks |
| --- | --- | --- | --- |
${lines.join('\n')}
:::
`;
}

/** Returns the smallest and largest ratio, and 1 between them. */
function rangeOf(ratios: readonly number[]): readonly [number, number] {
  const low = Math.min(1, ...ratios);
  const high = Math.max(1, ...ratios);
  return low === high ? [0.5, 2] : [low, high];
}

function isReference({ who }: Row): boolean {
  return who === 'manabi-cpu' || who === 'manabi-webgpu' || who === 'manabi-data';
}

/** A benchmark with its size, in words. */
function caseOf({ work, size }: Pick<Row, 'work' | 'size'>): string {
  return `${work} ${size}`;
}

function cellOf(row: Row | undefined): string {
  if (row === undefined || row.medianMs === null) return '–';
  return formatMs(row.medianMs);
}

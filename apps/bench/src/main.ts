import { writeFileSync } from 'node:fs';
import { type BenchArguments, helpText, parseBenchArguments, UsageError } from './arguments.ts';
import { runBench } from './bench.ts';
import { bundleRunners } from './bundle.ts';
import { type ContestantName, contestantNames, contestants, runsIn } from './contestants.ts';
import { formatProfile } from './format-profile.ts';
import { installPeers, isInstalled } from './installation.ts';
import { currentLoad, describeLoad, describeMachine } from './machine.ts';
import { writePhotos } from './photos.ts';
import { profileWorks } from './profile-works.ts';
import { formatCase } from './report.ts';
import { resultsOf } from './results.ts';
import type { Row } from './row.ts';
import { casesOf } from './tasks.ts';

/** Prints a message to standard error; standard output is reserved for results. */
function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Returns the requested contestants that are installed, and prints the names of those that are not. */
async function choose({ who, place, install }: BenchArguments): Promise<readonly ContestantName[]> {
  const requested = contestantNames.filter((name) => runsIn(contestants[name], place) && (who?.includes(name) ?? true));
  if (install) {
    await installPeers(
      requested.map((name) => contestants[name]),
      place,
    );
  }
  const ready = requested.filter((name) => isInstalled(contestants[name], place));
  const missing = requested.filter((name) => !ready.includes(name));
  if (missing.length === 0) return ready;
  if (who !== null) {
    throw new UsageError(`Not installed: ${missing.join(', ')}. Run the same command once with --install.`);
  }
  say(`Not installed, skipped: ${missing.join(', ')}. Run with --install to add them.`);
  return ready;
}

/** Prints results: as lines of JSON with `--json`, and otherwise as a table. */
function write({ json }: BenchArguments, results: readonly object[], table: () => string): void {
  process.stdout.write(json ? results.map((result) => `${JSON.stringify(result)}\n`).join('') : `\n${table()}`);
}

async function main(): Promise<void> {
  const options = parseBenchArguments(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(helpText);
    return;
  }
  const who = await choose(options);
  if (options.place === 'node') await bundleRunners(who.map((name) => contestants[name]));
  say(describeMachine());
  const load = describeLoad();
  if (load !== null) say(load);
  const start = { date: new Date(), load: currentLoad() };
  if (options.profile !== null) {
    const contestant = options.who?.[0] === 'manabi-onnxruntime' ? 'manabi-onnxruntime' : 'manabi-cpu';
    await profileWorks(casesOf(options.profile), contestant, options.seconds, ({ work, size }, profile) => {
      write(
        options,
        profile.steps.map((step) => ({ work, size, ...step })),
        () => formatProfile({ work, size }, profile),
      );
    });
    return;
  }
  const cases = casesOf(options.only);
  if (cases.some(({ task }) => task.kind === 'image-folder')) await writePhotos();
  const all: Row[] = [];
  await runBench(cases, {
    who,
    place: options.place,
    threads: options.threads,
    adapter: options.adapter,
    budget: options,
    onCase: (rows) => {
      write(options, rows, () => formatCase(rows));
      all.push(...rows);
      if (rows.some(({ outcome }) => outcome === 'failed')) process.exitCode = 1;
    },
  });
  if (options.out !== null) {
    writeFileSync(options.out, `${JSON.stringify(resultsOf(all, options, start), null, 1)}\n`);
    say(`Wrote ${options.out}.`);
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  say(`${error.message}\nRun 'npm run bench -- --help' for a list of options.`);
  process.exitCode = 2;
}

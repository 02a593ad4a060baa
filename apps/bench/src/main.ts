import { type BenchArguments, helpText, parseBenchArguments, UsageError } from './arguments.ts';
import { runBench } from './bench.ts';
import { bundleRunners } from './bundle.ts';
import { type ContestantName, contestantNames, contestants } from './contestants.ts';
import { formatProfile } from './format-profile.ts';
import { installPeers, isInstalled } from './installation.ts';
import { describeLoad, describeMachine } from './machine.ts';
import { profileWorks } from './profile-works.ts';
import { formatCase } from './report.ts';
import { casesOf } from './tasks.ts';

/** Standard output is for results; what is said beside them goes to standard error. */
function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** The contestants that are asked for and can run. Says which peers are left out. */
async function choose({ who, install }: BenchArguments): Promise<readonly ContestantName[]> {
  const asked = contestantNames.filter((name) => who?.includes(name) ?? true);
  if (install) await installPeers(asked.map((name) => contestants[name]));
  const ready = asked.filter((name) => isInstalled(contestants[name]));
  const missing = asked.filter((name) => !ready.includes(name));
  if (missing.length === 0) return ready;
  if (who !== null) {
    throw new UsageError(`Not installed: ${missing.join(', ')}. Run the same command with --install once.`);
  }
  say(`Not installed and left out: ${missing.join(', ')}. Run with --install to add them.`);
  return ready;
}

/** Writes results as lines of JSON, or as a table. */
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
  await bundleRunners(who.map((name) => contestants[name]));
  say(describeMachine());
  const load = describeLoad();
  if (load !== null) say(load);
  if (options.profile !== null) {
    await profileWorks(casesOf(options.profile), options.seconds, ({ work, size }, profile) => {
      write(
        options,
        profile.steps.map((step) => ({ work, size, ...step })),
        () => formatProfile({ work, size }, profile),
      );
    });
    return;
  }
  await runBench(casesOf(options.only), {
    who,
    threads: options.threads,
    budget: options,
    onCase: (rows) => {
      write(options, rows, () => formatCase(rows));
      if (rows.some(({ outcome }) => outcome === 'failed')) process.exitCode = 1;
    },
  });
}

try {
  await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  say(`${error.message}\nnpm run bench -- --help tells what there is.`);
  process.exitCode = 2;
}

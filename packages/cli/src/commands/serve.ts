import { basename } from 'node:path';
import { serve, workerPool } from '@manabi/serve/node';
import { type Command, InvalidArgumentError } from 'commander';
import { backendNames } from '../choose-backend.ts';
import { type CommonOptions, withCommonOptions } from '../command-options.ts';
import type { Io } from '../io.ts';
import { integer, names } from '../option-values.ts';
import { untilSignal } from '../serving/until-signal.ts';
import { type Terminal, terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

interface ServeCommandOptions extends CommonOptions {
  readonly port: number;
  readonly host: string;
  readonly name?: string;
  readonly backend?: string;
  readonly workers: number;
  readonly classLabels?: readonly string[];
  readonly maxBatchSize: number;
  readonly maxWait: number;
  readonly maxQueue: number;
  readonly maxBody: number;
  readonly timeout: number;
}

/** Largest port. */
const PORTS = 65535;

/** Adds the command `manabi serve MODEL`. */
export function addServe(program: Command, io: Io): void {
  const command = program
    .command('serve')
    .description('Serve a model over HTTP')
    .argument('<model>', 'A .keras, .h5 or .onnx file, or the folder of a SavedModel')
    .option('--port <number>', 'Port to listen on; 0 for a free one', port, 8080)
    .option('--host <address>', 'Address to listen on; 0.0.0.0 for all addresses of this machine', '127.0.0.1')
    .option('--name <name>', 'Name of the model in paths (default: name of the file)')
    .option('--workers <number>', 'Number of threads that predict, each with a copy of the model', integer(1), 1)
    .option('--backend <name>', "Backend to use, or auto for the fastest (default: cpu; 'manabi doctor' lists all)")
    .option('--class-labels <names>', 'Names of the classes, separated by commas (default: those in the file)', names)
    .option('--max-batch-size <number>', 'Largest number of samples that are predicted at once', integer(1), 32)
    .option('--max-wait <ms>', 'Milliseconds that samples wait for others if no prediction runs', integer(0), 0)
    .option(
      '--max-queue <number>',
      'Largest number of samples that wait; further requests get status 503',
      integer(1),
      1024,
    )
    .option('--max-body <MB>', 'Largest body of a request in megabytes', integer(1), 16)
    .option('--timeout <ms>', 'Milliseconds after which a request gets status 504', integer(1), 30_000);
  withCommonOptions(command, [
    'manabi serve digits.keras',
    'manabi serve digits.keras --port 9000 --host 0.0.0.0 --workers 4',
    'manabi serve model.onnx --name classifier --class-labels cat,dog',
    `curl localhost:8080/v1/models/digits:predict -H 'content-type: image/png' --data-binary @digit.png`,
  ]).addHelpText(
    'after',
    '\nThe server supports the REST protocols of TensorFlow Serving and KServe; its page, /, describes them and has a form to\n' +
      'try the model. Networks of manabi train images and mnist-… also take image/png and image/jpeg bodies, and those of\n' +
      'train text take texts. SIGTERM and Ctrl-C answer the accepted requests first.',
  );
  command.action((model: string, options: ServeCommandOptions) =>
    serveModel(model, options, terminal(io, options.json === true)),
  );
}

function port(text: string): number {
  const value = integer(0)(text);
  if (value <= PORTS) return value;
  throw new InvalidArgumentError(`Expected an integer in [0, ${PORTS}].`);
}

async function serveModel(path: string, options: ServeCommandOptions, out: Terminal): Promise<void> {
  const { backend, workers, host, classLabels } = options;
  const known = [...backendNames(), 'auto'];
  if (backend !== undefined && !known.includes(backend)) {
    throw new UsageError(`--backend: unknown backend '${backend}'. Expected one of ${known.join(', ')}.`);
  }
  const name = nameFor(path, options.name);
  const pool = await workerPool({
    module: new URL(`../serving/replica.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url),
    workers,
    data: { path, backend: backend ?? null, classNames: classLabels ?? null },
  });
  const server = await serve(pool, {
    host,
    port: options.port,
    name,
    maxBatchSize: options.maxBatchSize,
    maxWaitMs: options.maxWait,
    maxQueueRows: options.maxQueue,
    maxBodyBytes: options.maxBody * 2 ** 20,
    timeoutMs: options.timeout,
    onError: (error) => out.note(`error: ${error instanceof Error ? error.message : String(error)}`),
  });
  const { url } = server;
  if (!pool.independentRows) {
    out.note('The outputs of this model depend on all samples of a batch: each request is predicted on its own.');
  }
  out.say(`Serving ${path} at ${url}`);
  out.say(`  POST ${url}v1/models/${name}:predict`);
  out.say(`  POST ${url}v2/models/${name}/infer`);
  out.finish({ model: path, name, url, port: server.port, workers });
  await untilSignal(async () => {
    out.note('Stopping after the accepted requests. Press Ctrl-C again to exit at once.');
    await server.close();
  });
}

/** Returns the name of the model in paths: that of the file, without its extension. */
function nameFor(path: string, given: string | undefined): string {
  if (given === undefined) {
    const file = basename(path).replace(/\.\w+$/, '');
    return file.replace(/[^\w.-]+/g, '-') || 'model';
  }
  if (/^[\w.-]+$/.test(given)) return given;
  throw new UsageError(`--name must consist of letters, digits and -_.; got '${given}'.`);
}

import { type Command, InvalidArgumentError } from 'commander';
import type { ServeCommandOptions } from '../actions/serve.ts';
import type { Io } from '../io.ts';
import { withCommonOptions } from '../options/command-options.ts';
import { integer, names } from '../options/option-values.ts';
import { terminal } from '../terminal.ts';

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
  command.action(async (model: string, options: ServeCommandOptions) => {
    const { serveModel } = await import('../actions/serve.ts');
    await serveModel(model, options, terminal(io, options.json === true));
  });
}

function port(text: string): number {
  const value = integer(0)(text);
  if (value <= PORTS) return value;
  throw new InvalidArgumentError(`Expected an integer in [0, ${PORTS}].`);
}

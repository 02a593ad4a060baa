import { parseArgs } from 'node:util';
import { isNativeError } from 'node:util/types';
import { isTemplateName, type TemplateName, templateNames } from './templates.ts';
import { UsageError } from './usage-error.ts';

/** What the command line asks for. */
export interface Arguments {
  readonly show: 'help' | 'version' | null;
  /** Folder as the user wrote it; null if it is missing. */
  readonly folder: string | null;
  readonly template: TemplateName | null;
  readonly overwrite: boolean;
}

/**
 * Reads the command line.
 *
 * @throws UsageError for unknown options, missing values, unknown templates and several folders
 */
export function readArguments(argv: readonly string[]): Arguments {
  const { values, positionals } = parse(argv);
  const { template = null } = values;
  if (template !== null && !isTemplateName(template)) {
    throw new UsageError(`Unknown template ${JSON.stringify(template)}. Use one of: ${templateNames.join(', ')}.`);
  }
  const [folder = null, second] = positionals;
  if (second !== undefined) {
    throw new UsageError(
      `Expected one folder; got ${positionals.map((name) => JSON.stringify(name)).join(', ')}. ` +
        'npm needs -- before options: npm create manabi my-app -- --template node.',
    );
  }
  return {
    show: values.help ? 'help' : values.version ? 'version' : null,
    folder: folder === '' ? null : folder,
    template,
    overwrite: values.overwrite ?? false,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        template: { type: 'string', short: 't' },
        overwrite: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
      },
    });
  } catch (error) {
    // Node's messages name the option and the fix; those for unknown options continue with advice about file names.
    if (!isParseError(error)) throw error;
    const [message] = error.message.split('. To specify a positional argument');
    throw new UsageError(`${message.replace(/\.?$/, '.')} --help lists the options.`);
  }
}

function isParseError(error: unknown): error is Error {
  return isNativeError(error) && 'code' in error && `${error.code}`.startsWith('ERR_PARSE_ARGS_');
}

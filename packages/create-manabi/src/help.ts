import { templateNames, templates } from './templates.ts';

const width = Math.max(...templateNames.map((name) => name.length)) + 2;
const indent = ' '.repeat(25);

/** Text of `--help`. */
export const help = `Usage: npm create manabi [folder] -- [options]

Create a project that trains a neural network with manabi.
Asks for the folder and the template, unless --template is passed or stdin is not a terminal.

Options:
  -t, --template <name>  Template of the project:
${templateNames.map((name) => `${indent}${name.padEnd(width)}${templates[name].title}: ${templates[name].summary}`).join('\n')}
  --overwrite            Write into a non-empty folder; files with the names of new files are replaced, all
                         others are kept
  -h, --help             Show help
  -v, --version          Print the version

Examples:
  npm create manabi@latest my-app -- --template node
  pnpm create manabi my-app --template node
`;

#!/usr/bin/env node
import { terminalQuestions } from './questions.ts';
import { run } from './run.ts';

const { argv, stdin, stdout, stderr, env } = process;
const ask = stdin.isTTY && stdout.isTTY ? terminalQuestions : null;
process.exitCode = await run(argv.slice(2), { stdout, stderr, env, cwd: process.cwd(), ask });

#!/usr/bin/env node
import { processIo } from './io.ts';
import { run } from './run.ts';

// Exit without an error if the reader closed the output early, as in `manabi doctor | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

process.exitCode = await run(process.argv.slice(2), processIo());

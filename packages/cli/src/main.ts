#!/usr/bin/env node
import { processIo } from './io.ts';
import { run } from './run.ts';

// The reader closed the output early, as `manabi doctor | head` does: exit without an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

process.exitCode = await run(process.argv.slice(2), processIo());

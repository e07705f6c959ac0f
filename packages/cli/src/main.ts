#!/usr/bin/env node
/** The `rolecall` command. */
import { run } from './run.ts'

process.exitCode = await run(process.argv.slice(2), {
  in: process.stdin,
  out: process.stdout,
  err: process.stderr,
  env: process.env,
})

#!/usr/bin/env node
import { readFileSync } from 'node:fs'

// Before the rest is loaded, which takes a second on a busy machine: whoever started this may have ended by then.
const parent = process.ppid

/** Of the package, whose manifest is one folder above this file and above the bundle made of it. */
const readVersion = (): string => {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    readonly version: string
  }
  return manifest.version
}

const { main } = await import('./cli/main.ts')
process.exitCode = await main(process.argv.slice(2), readVersion(), parent)

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { root } from '../command/root.ts'
import type { GeneratedFile } from './yaml-file.ts'

/** A file that is not as it should be. */
export interface StaleFile {
  readonly file: string
  readonly why: string
}

/** Where `deploy/` in `folder` is not as it should be; empty: nowhere. Only `README.md` is written by hand. */
export function differences(files: readonly GeneratedFile[], folder = root): readonly StaleFile[] {
  const there = new Set(filesBelow(folder))
  const wanted = new Set(files.map(({ file }) => file))
  return [
    ...files.flatMap(({ file, text }) => {
      const why = there.has(file)
        ? firstDifference(readFileSync(path.join(folder, file), 'utf8'), text)
        : 'missing'
      return why === undefined ? [] : [{ file, why }]
    }),
    ...[...there]
      .filter((file) => !wanted.has(file))
      .map((file) => ({
        file,
        why: 'not one of the generated files: remove it, or move it out of deploy/ if it is yours',
      })),
  ]
}

/**
 * Makes the generated files of `deploy/` in `folder` as they should be, and says which it wrote: `stale` are those that are
 * not. Nothing is removed: a file too many may be somebody's own.
 */
export function writeFiles(
  files: readonly GeneratedFile[],
  stale: readonly StaleFile[],
  folder = root,
): readonly string[] {
  const those = new Set(stale.map(({ file }) => file))
  const written = files.filter(({ file }) => those.has(file))
  for (const { file, text } of written) {
    const place = path.join(folder, file)
    mkdirSync(path.dirname(place), { recursive: true })
    writeFileSync(place, text)
  }
  return written.map(({ file }) => file)
}

const filesBelow = (folder: string): readonly string[] => {
  let entries
  try {
    entries = readdirSync(path.join(folder, 'deploy'), { recursive: true, withFileTypes: true })
  } catch {
    return [] // there is none yet
  }
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .filter((file) => file !== 'deploy/README.md')
}

const firstDifference = (now: string, wanted: string): string | undefined => {
  if (now === wanted) return undefined
  const [there, here] = [now.split('\n'), wanted.split('\n')]
  const at = here.findIndex((line, index) => line !== there[index])
  const line = at < 0 ? here.length : at
  return `line ${line + 1}: expected ${JSON.stringify(here[line] ?? '')}, found ${JSON.stringify(there[line] ?? '')}`
}

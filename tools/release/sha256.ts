import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'

/** The name of the list of digests in a folder of packed libraries. */
export const checksumsFile = 'SHA256SUMS'

/** Of a file, in hexadecimal. */
export const sha256 = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex')

/** As `sha256sum` writes and checks it, by name. */
export const checksums = (folder: string, names: readonly string[]): string =>
  names
    .toSorted()
    .map((name) => `${sha256(path.join(folder, name))}  ${name}\n`)
    .join('')

/** Names of files that are not what the list in their folder says, with why. */
export function checksumProblems(folder: string): readonly string[] {
  const lines = readFileSync(path.join(folder, checksumsFile), 'utf8').trimEnd().split('\n')
  return lines.flatMap((line) => {
    const [digest = '', name = ''] = line.split('  ')
    const found = sha256(path.join(folder, name))
    return found === digest ? [] : [`${name}: expected sha256 ${digest}, found ${found}`]
  })
}

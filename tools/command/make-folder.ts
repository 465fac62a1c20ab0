import { existsSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { UserError } from './user-error.ts'

const whys: Readonly<Record<string, string>> = {
  EACCES: 'this user may not',
  EEXIST: 'it is no folder, or lies below what is none',
  ENOTDIR: 'it lies below what is no folder',
  ENOENT: 'no folder can be made there',
  EROFS: 'it is on a disk that is only read',
}

/** Makes a folder, and those that it lies in, for what a user wants written there. Throws UserError where that cannot be. */
export function makeFolder(folder: string): void {
  const missing: string[] = []
  for (let at = path.resolve(folder); !existsSync(at); at = path.dirname(at)) missing.unshift(at)
  try {
    // One by one: Node never comes to an end where the system says of a folder in one that is there that there is none, as in /proc.
    for (const each of missing) mkdirSync(each)
    mkdirSync(folder, { recursive: true })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'failed'
    const why = whys[code] === undefined ? '' : ` (${whys[code]})`
    throw new UserError(`nothing can be written to ${folder}: ${code}${why}. Name another folder.`)
  }
}

import { chmodSync, linkSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { ImageFile } from './image-files.ts'

/** Everybody may read, nobody but the owner may write. */
const modes = { folder: 0o755, program: 0o755, file: 0o644 }

/**
 * Writes an image's files as a root file system, always the same for the same files: modes and times are not left to the
 * machine.
 * @param folder is made; nothing may be there yet
 * @param madeAt of all files and folders
 * @param written by the same caller with the same `madeAt`, in other folders: what is the very same content is linked, not
 * written again
 */
export const assemble = (
  files: readonly ImageFile[],
  folder: string,
  madeAt: Date,
  written = new Map<Buffer, string>(),
): void => {
  mkdirSync(path.dirname(folder), { recursive: true })
  mkdirSync(folder)
  for (const each of foldersOf(files)) if (each !== '/') mkdirSync(path.join(folder, each))
  for (const { path: at, content, isProgram } of files) {
    const place = path.join(folder, at)
    const twin = typeof content === 'string' ? undefined : written.get(content)
    if (twin !== undefined) {
      linkSync(twin, place)
      continue
    }
    if (typeof content !== 'string') written.set(content, place)
    writeFileSync(place, content, { flag: 'wx' })
    chmodSync(place, isProgram ? modes.program : modes.file)
    utimesSync(place, madeAt, madeAt)
  }
  // From the innermost: what is written into a folder changes its time.
  for (const each of foldersOf(files).toReversed()) {
    chmodSync(path.join(folder, each), modes.folder)
    utimesSync(path.join(folder, each), madeAt, madeAt)
  }
}

/** All folders, each after the one that it is in. */
const foldersOf = (files: readonly ImageFile[]): readonly string[] => {
  const folders = new Set(['/'])
  for (const { path: at } of files)
    for (let each = path.dirname(at); each !== '/'; each = path.dirname(each)) folders.add(each)
  return [...folders].toSorted()
}

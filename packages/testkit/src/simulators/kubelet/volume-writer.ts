import { mkdir, readdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

let written = 0

/**
 * Brings the files of a volume to disk as the kubelet does: a new folder, then one rename of the link `..data`, so that
 * a reader sees all of the old or all of the new content. Only the owner may read.
 */
export const writeVolume = async (
  directory: string,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<void> => {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const data = join(directory, '..data')
  const before = await readlink(data).catch(() => undefined)
  written += 1
  const folder = `..${process.pid}_${written}`
  await mkdir(join(directory, folder), { mode: 0o700 })
  for (const [name, content] of files)
    await writeFile(join(directory, folder, name), content, { mode: 0o600 })
  const link = join(directory, `..data_${written}`)
  await symlink(folder, link)
  await rename(link, data)
  for (const name of files.keys())
    await symlink(join('..data', name), join(directory, name)).catch(ignoreExisting)
  if (before === undefined) return
  for (const name of await readdir(directory)) {
    if (!name.startsWith('..') && !files.has(name)) await rm(join(directory, name))
  }
  await rm(join(directory, before), { recursive: true, force: true })
}

const ignoreExisting = (error: NodeJS.ErrnoException): void => {
  if (error.code !== 'EEXIST') throw error
}

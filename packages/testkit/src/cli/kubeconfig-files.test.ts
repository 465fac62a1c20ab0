import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Cluster } from '../cluster.ts'
import { startCluster } from '../start-cluster.ts'
import { KubeconfigFiles } from './kubeconfig-files.ts'

let cluster: Cluster
let folder = ''
beforeAll(async () => {
  cluster = await startCluster({ controllers: false })
})
afterAll(() => cluster.stop())
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'testkit-files-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const at = (name: string): string => join(folder, name)
const filesIn = (place: string | undefined, force = false): KubeconfigFiles =>
  new KubeconfigFiles(place, ['cluster'], force)

it('goes with the folders that were made for it, as far as nothing else is in them', () => {
  const files = filesIn(at('a/b/c'))
  expect(files.write(cluster)).toBe(at('a/b/c/cluster.kubeconfig'))
  writeFileSync(at('a/theirs'), '')
  files.remove()
  expect(readdirSync(at('a'))).toEqual(['theirs'])
})

it('makes a folder of its own where none is named, which goes again', () => {
  const files = filesIn(undefined)
  const path = files.write(cluster)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  files.remove()
  expect(existsSync(join(path, '..'))).toBe(false)
})

it('cannot be where nothing can be made, and leaves nothing', () => {
  writeFileSync(at('file'), '')
  for (const place of ['/proc/nowhere/x', at('file'), at('file/x')])
    expect(() => filesIn(place)).toThrow(`--dir: nothing can be written to ${place}`)
  expect(readdirSync(folder)).toEqual(['file'])
})

it('leaves a file alone that somebody else wrote, even one that cannot be a file', () => {
  writeFileSync(at('cluster.kubeconfig'), 'mine')
  expect(() => filesIn(folder)).toThrow('--force writes over it')
  expect(readFileSync(at('cluster.kubeconfig'), 'utf8')).toBe('mine')
  rmSync(at('cluster.kubeconfig'))
  mkdirSync(at('cluster.kubeconfig'))
  expect(() => filesIn(folder)).toThrow('is no file')
  expect(() => filesIn(folder, true)).toThrow('is no file')
})

it('writes over it when told to, with its own mode and not through a link', () => {
  writeFileSync(at('other'), 'mine')
  chmodSync(at('other'), 0o644)
  symlinkSync(at('other'), at('cluster.kubeconfig'))
  const files = filesIn(folder, true)
  const path = files.write(cluster)
  expect(readFileSync(at('other'), 'utf8')).toBe('mine')
  expect(statSync(path).mode & 0o777).toBe(0o600)
  files.remove()
  expect(readdirSync(folder)).toEqual(['other'])
})

it('does not take away what somebody has written since', () => {
  const files = filesIn(folder)
  const path = files.write(cluster)
  writeFileSync(path, 'theirs')
  files.remove()
  expect(readFileSync(path, 'utf8')).toBe('theirs')
})

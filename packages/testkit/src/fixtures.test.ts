import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { crd } from './builders/crd.ts'
import { configMap } from './builders/kubernetes.ts'
import { readDefinitions, readObjects } from './fixtures.ts'
import { startCluster } from './start-cluster.ts'
import { up } from './up.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fixtures-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const definition = crd({ kind: 'Thing' })
const object = configMap({ metadata: { name: 'a' } })
const fileOf = (name: string, ...objects: object[]): string => {
  const path = join(folder, name)
  writeFileSync(path, objects.map((one) => `---\n${JSON.stringify(one)}\n`).join(''))
  return path
}

it('reads files, folders and objects', () => {
  fileOf('notes.txt')
  fileOf('empty.yaml')
  const path = fileOf('two.yml', definition, object)
  expect(readObjects([folder]).map(({ kind }) => kind)).toEqual(['CustomResourceDefinition', 'ConfigMap'])
  expect(readObjects([path, object])).toHaveLength(3)
  expect(readDefinitions([fileOf('one.json', definition), definition])).toHaveLength(2)
  expect(readDefinitions([])).toEqual([])
  const nothing = undefined as unknown as object
  expect(() => readObjects([nothing])).toThrow('object: expected a Kubernetes object')
})

it.each<[readonly unknown[], string]>([
  [
    [object, undefined],
    'object 2 of 2: expected a Kubernetes object with apiVersion and kind, got undefined',
  ],
  [[[object]], 'object: expected a Kubernetes object with apiVersion and kind, got a list: its objects are'],
  [
    [{ kind: 'Thing' }, object],
    'object 1 of 2: expected a Kubernetes object with apiVersion and kind, got one without apiVersion',
  ],
])('says which of %j is no object', (sources, message) => {
  expect(() => readObjects(sources as object[])).toThrow(message)
})

it('says which document of a file is no object', () => {
  const path = fileOf('three.yaml', object, { kind: 'List', items: [object, {}] })
  expect(() => readObjects([path])).toThrow(`${path}, document 2, item 2: expected a Kubernetes object`)
  writeFileSync(path, 'words')
  expect(() => readObjects([path])).toThrow(
    `${path}: expected a Kubernetes object with apiVersion and kind, got "words"`,
  )
})

it('says so when there is nothing in a file or a folder', () => {
  const path = fileOf('empty.yaml')
  expect(() => readObjects([path])).toThrow(`${path}: expected Kubernetes objects in it, there are none`)
  mkdirSync(join(folder, 'deeper'))
  expect(() => readObjects([folder])).toThrow(
    `${folder}: expected Kubernetes objects in its .yaml, .yml and .json files, there are none`,
  )
})

it('installs definitions only', async () => {
  const path = fileOf('both.yaml', definition, object)
  const message = 'expected a CustomResourceDefinition, got ConfigMap "a"'
  await expect(startCluster({ crds: [path] })).rejects.toThrow(`${path}: ${message}`)
  const cluster = await startCluster({ controllers: false })
  await expect(cluster.installCrds(object)).rejects.toThrow(`object: ${message}`)
  await expect(cluster.installCrds(join(folder, 'no'))).rejects.toThrow('ENOENT')
  await cluster.stop()
})

it.each(['crds', 'apply'] as const)('up --%s tells of a folder with nothing in it', async (option) => {
  const options = {
    clusters: ['hub'],
    directory: folder,
    provider: 'memory' as const,
    simulators: [],
    port: undefined,
    json: false,
    force: false,
    stay: false,
    command: [],
  }
  await expect(up({ crds: [], apply: [], ...options, [option]: [folder] })).rejects.toThrow(
    `--${option}: ${folder}: expected Kubernetes objects`,
  )
})

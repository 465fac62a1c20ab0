import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { hubSecretName } from '@odfmo/secret-naming'

/** What the examples of a README take as given, by the library and the number of the example. */
const given: Readonly<Record<string, string>> = {
  'api-types-0': 'declare const text: string',
  'console-init-0': '',
  'secret-exchange-0': `
    import type { PeerRef, Secret } from '@odfmo/api-types'
    declare const source: PeerRef, receiver: PeerRef, peerToken: Secret`,
  'secret-exchange-1': `
    import type { ObjectKey, PeerRef, Secret } from '@odfmo/api-types'
    import type { HubSecretInput } from '@odfmo/secret-exchange'
    declare const ref: PeerRef, secrets: readonly Secret[], spoke: HubSecretInput['spoke']
    declare function report(reason: string, message: string): void
    declare function write(key: ObjectKey, secret: Secret): void`,
  'secret-naming-0': '',
}

const examplesOf = (library: string): readonly string[] => {
  const text = readFileSync(`node_modules/@odfmo/${library}/README.md`, 'utf8')
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => code)
}

const folder = 'readme'
after(() => rmSync(folder, { recursive: true, force: true }))

test('the examples of the READMEs fit the libraries', async () => {
  mkdirSync(folder)
  const found = ['api-types', 'console-init', 'secret-exchange', 'secret-naming'].flatMap((library) =>
    examplesOf(library).map((code, number) => [`${library}-${number}`, code] as const),
  )
  assert.deepEqual(
    found.map(([name]) => name),
    Object.keys(given),
  )
  for (const [name, code] of found) writeFileSync(`${folder}/${name}.ts`, `${given[name]}\n${code}`)
  const options = { extends: '../tsconfig.json', include: ['*.ts'] }
  writeFileSync(`${folder}/tsconfig.json`, JSON.stringify(options))
  const { stdout } = await promisify(execFile)(process.execPath, [
    'node_modules/typescript/bin/tsc',
    '-p',
    folder,
  ]).catch((error: { stdout: string }) => error)
  assert.equal(stdout, '')
})

test('the name in the README of secret-naming is the one that is computed', () => {
  const [example = ''] = examplesOf('secret-naming')
  const ref = {
    clusterName: 'cluster1',
    storageClusterRef: { namespace: 'openshift-storage', name: 'ocs-storagecluster' },
  }
  assert.match(example, new RegExp(`// '${hubSecretName(ref)}'`))
})

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { Spec, Validation } from '@cyclonedx/cyclonedx-library'

/** Where the libraries were packed: npm run downstream says it. */
const folder = process.env['PACKED'] ?? ''
const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8')
const sha256 = (name: string): string =>
  createHash('sha256')
    .update(readFileSync(path.join(folder, name)))
    .digest('hex')
const files = readdirSync(folder).sort()
const tarballs = files.filter((name) => name.endsWith('.tgz'))
const sboms = files.filter((name) => name.endsWith('.cdx.json'))

interface Statement {
  readonly _type: string
  readonly subject: readonly { readonly name: string; readonly digest: { readonly sha256: string } }[]
  readonly predicateType: string
  readonly predicate: {
    readonly buildDefinition: {
      readonly buildType: string
      readonly externalParameters: object
      readonly resolvedDependencies: readonly {
        readonly name: string
        readonly digest: Readonly<Record<string, string>>
      }[]
    }
    readonly runDetails: { readonly builder: { readonly id: string } }
  }
}

interface Sbom {
  readonly metadata: {
    readonly component: { readonly name: string; readonly hashes: readonly { readonly content: string }[] }
  }
  readonly components: readonly { readonly group?: string; readonly name: string; readonly version: string }[]
}

test('six libraries are there, and every file has the digest that the list says', () => {
  assert.equal(tarballs.length, 6)
  assert.equal(sboms.length, 6)
  const listed = read('SHA256SUMS')
    .trimEnd()
    .split('\n')
    .map((line) => line.split('  '))
  assert.deepEqual(
    listed.map(([, name]) => name),
    [...tarballs, ...sboms, 'provenance.intoto.json'].sort(),
  )
  for (const [digest, name = ''] of listed) assert.equal(sha256(name), digest, name)
})

for (const name of sboms) {
  test(`${name} keeps to the schema of CycloneDX, and is of the file beside it`, async () => {
    const problem = await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(read(name))
    assert.equal(problem, null)
    const { metadata } = JSON.parse(read(name)) as Sbom
    const digests = metadata.component.hashes.map(({ content }) => content)
    assert.deepEqual(digests, [sha256(name.replace('.cdx.json', '.tgz'))])
  })
}

test('a bill of materials names what npm installs with its library', () => {
  const manifestOf = (name: string) =>
    JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')) as {
      readonly dependencies?: Readonly<Record<string, string>>
    }
  for (const sbom of sboms) {
    const { metadata, components } = JSON.parse(read(sbom)) as Sbom
    const listed = components.map(({ group, name }) => (group === undefined ? name : `${group}/${name}`))
    const needed = new Set<string>()
    const add = (name: string): void => {
      for (const one of Object.keys(manifestOf(name).dependencies ?? {})) {
        if (needed.has(one)) continue
        needed.add(one)
        add(one)
      }
    }
    add(`@odfmo/${metadata.component.name}`)
    assert.deepEqual(
      [...needed].filter((name) => !listed.includes(name)),
      [],
      sbom,
    )
  }
})

test('the service that console-init brings has its own parts in the bill of materials', () => {
  const { components } = JSON.parse(read(sboms.find((name) => name.includes('console-init')) ?? '')) as Sbom
  assert.ok(components.some(({ name }) => name === 'zod'))
})

test('the provenance is a statement of in-toto about these files, with a predicate of SLSA', () => {
  const { _type, subject, predicateType, predicate } = JSON.parse(read('provenance.intoto.json')) as Statement
  assert.equal(_type, 'https://in-toto.io/Statement/v1')
  assert.equal(predicateType, 'https://slsa.dev/provenance/v1')
  assert.deepEqual(subject.map(({ name }) => name).sort(), [...tarballs, ...sboms].sort())
  for (const { name, digest } of subject) assert.deepEqual(digest, { sha256: sha256(name) })
  const { buildType, externalParameters, resolvedDependencies } = predicate.buildDefinition
  // URIs both, as the specification wants them
  assert.ok(URL.canParse(buildType) && URL.canParse(predicate.runDetails.builder.id))
  assert.equal(typeof externalParameters, 'object')
  const digests = Object.fromEntries(resolvedDependencies.map(({ name, digest }) => [name, digest]))
  assert.match(digests['source']?.['gitCommit'] ?? '', /^[0-9a-f]{40}$/)
  assert.match(digests['pnpm-lock.yaml']?.['sha256'] ?? '', /^[0-9a-f]{64}$/)
})

import assert from 'node:assert/strict'
import type { KubeObject } from '@odfmo/api-types/meta'
import type { Explanation } from '../../src/derived/explanation.ts'
import {
  entryOf,
  finalizer,
  inputNames,
  type Config,
  type Input,
  type Summary,
  type Wish,
} from './model-rules.ts'
import type { ModelServer } from './model-server.ts'

/** What is on the server, and what the engine remembers, is what a computation from scratch gives. */
export const compareWithScratch = (server: ModelServer, explained: readonly Explanation[]): void => {
  const all = <T extends KubeObject>(kind: string): readonly T[] => server.all(kind) as readonly T[]
  const wishes = all<Wish>('Wish')
  const inputs = new Map(all<Input>('Input').map((input) => [input.metadata.name ?? '', input]))
  const copies = new Map(all<Input>('Copy').map((object) => [object.metadata.name ?? '', object]))
  const foreign = [...copies.values()].filter(
    (object) => object.metadata.annotations?.['foreign'] !== undefined,
  )
  const isForeign = (name: string): boolean => foreign.some(({ metadata }) => metadata.name === name)
  assert.deepEqual(
    wishes.filter(({ metadata }) => metadata.deletionTimestamp !== undefined),
    [],
    'a deleted wish is still there',
  )
  for (const wish of wishes) {
    const name = wish.metadata.name ?? ''
    assert.deepEqual(wish.metadata.finalizers, [finalizer], `finalizers of ${name}`)
    const missing = wish.spec.targets.filter((target) => !inputs.has(target) || isForeign(target))
    const phase = missing.length === 0 ? 'Ready' : 'Waiting'
    assert.deepEqual(wish.status, { phase, missing: missing.join(',') }, `status of ${name}`)
  }
  const targets = new Set(wishes.flatMap(({ spec }) => spec.targets))
  for (const name of inputNames) {
    if (isForeign(name)) continue
    const input = inputs.get(name)
    const object = copies.get(name)
    if (input === undefined || !targets.has(name)) {
      // Without its label nobody can find it any more, and nobody wants it.
      if (object?.metadata.labels?.['ours'] !== undefined) assert.fail(`copy ${name} should be gone`)
      continue
    }
    assert.deepEqual(
      { type: object?.type, data: object?.data, labels: object?.metadata.labels },
      { type: input.type, data: input.data, labels: { ours: 'yes' } },
      `copy ${name}`,
    )
  }
  const entries = all<Config>('Config')[0]?.entries ?? {}
  const ours = Object.fromEntries(Object.entries(entries).filter(([key]) => key.startsWith('ours-')))
  assert.deepEqual(
    ours,
    Object.fromEntries(
      wishes.map(({ metadata, spec }) => [entryOf(metadata.name ?? ''), spec.targets.join(',')]),
    ),
    'entries',
  )
  const summary = all<Summary>('Summary')[0]
  const expected = wishes.map(({ metadata }) => metadata.name ?? '').sort()
  assert.deepEqual(summary?.names ?? [], expected, 'summary')
  compareKeys(server, explained, wishes, copies)
}

/** Nothing is remembered of what nobody names any more. */
const compareKeys = (
  server: ModelServer,
  explained: readonly Explanation[],
  wishes: readonly Wish[],
  copies: ReadonlyMap<string, Input>,
): void => {
  const labelled = [...copies]
    .filter(([, object]) => object.metadata.labels?.['ours'] !== undefined)
    .map(([name]) => name)
  const expected = [
    ...new Set([...wishes.flatMap(({ spec }) => spec.targets), ...labelled].map((name) => `copy ${name}`)),
    ...wishes.flatMap(({ metadata }) => [`wish-meta ${metadata.name}`, `wish-status ${metadata.name}`]),
    ...server.all('Config').map(() => 'config config'),
    ...(wishes.length > 0 ? ['summary summary'] : []),
  ].sort()
  const known = explained.map(({ derived, key }) => `${derived} ${key.name}`).sort()
  assert.deepEqual(known, expected, 'keys the engine remembers')
}

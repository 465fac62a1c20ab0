import { readFileSync } from 'node:fs'
import { contract, type MirrorPeer } from '@odfmo/api-types'
import { item, mirrorPeer as anyMirrorPeer } from '../reviews.ts'

/** A request about a MirrorPeer, and what has to become of it. */
export interface Row {
  /** Also the name of its object. */
  readonly id: string
  readonly title: string
  /** What is stored before anybody judges; of a creation nothing. */
  readonly before?: MirrorPeer
  /** What is sent; undefined: a deletion. */
  readonly after?: MirrorPeer
  /** Who sends it; left out: an administrator. */
  readonly by?: string
  /** Which field is wrong; undefined: it is accepted. */
  readonly refusedAt?: string
  /** What has to be in the stored spec. */
  readonly stored?: Readonly<Record<string, unknown>>
}

interface Case {
  readonly id: string
  readonly group: string
  readonly title: string
  readonly scored: boolean
  readonly input: { readonly object?: MirrorPeer; readonly oldObject?: MirrorPeer }
  readonly expected: {
    readonly admission: 'accept' | 'reject'
    readonly field?: string
    readonly stored?: Readonly<Record<string, unknown>>
  }
}

const file = new URL('../../../../fixtures/vectors/cases.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly Case[] }

/** Of what a server gives an object itself nothing is sent. */
const sent = (id: string, { metadata, ...rest }: MirrorPeer): MirrorPeer => {
  const { finalizers } = metadata
  return {
    ...rest,
    metadata: { name: id.toLowerCase(), ...(finalizers === undefined ? {} : { finalizers }) },
  }
}

/** The vectors of validation, every one that counts. */
export const vectorRows: readonly Row[] = cases
  .filter(({ group, scored }) => group === 'validation' && scored)
  .map(({ id, title, input: { object, oldObject }, expected: { admission, field, stored } }) => {
    if (admission === 'reject' && field === undefined) throw new Error(`${id} names no field`)
    return {
      id,
      title,
      ...(oldObject === undefined ? {} : { before: sent(id, oldObject) }),
      ...(object === undefined ? {} : { after: sent(id, object) }),
      ...(admission === 'accept' || field === undefined ? {} : { refusedAt: field }),
      ...(stored === undefined ? {} : { stored }),
    }
  })

const mirrorPeer = (
  id: string,
  spec: Readonly<Record<string, unknown>> = {},
  metadata: Readonly<Record<string, unknown>> = {},
): MirrorPeer => anyMirrorPeer(spec, { ...metadata, name: id }) as unknown as MirrorPeer

/** What the specification's table of rules refuses, and no vector has. */
export const furtherRows: readonly Row[] = [
  {
    id: 'two-equal-items',
    title: 'two equal items',
    after: mirrorPeer('two-equal-items', { items: [item('c1'), item('c1')] }),
    refusedAt: 'spec.items[1]',
  },
  {
    id: 'one-hub-secret',
    title: 'two items with one hub secret',
    after: mirrorPeer('one-hub-secret', { items: [item('a-b', 'd', 'c'), item('a', 'd', 'b-c')] }),
    refusedAt: 'spec.items[1]',
  },
  {
    id: 'type-left-out',
    title: 'the type left out of a sync object',
    before: mirrorPeer('type-left-out', { type: 'sync' }),
    after: mirrorPeer('type-left-out'),
    refusedAt: 'spec.type',
  },
]

const { hub, spokeSuffix } = contract.finalizer
const own = `c1${spokeSuffix}`
const owner = { apiVersion: 'v1', kind: 'Namespace', name: 'default', uid: 'u' }

/** How the API server knows the agent of `c1`. */
const agents = {
  certificate: 'system:open-cluster-management:cluster:c1:addon:tokenexchange:agent:tokenexchange',
  token: 'system:serviceaccount:c1:tokenexchange-agent',
}

/** What an agent may not change, under both of its names, and what it may. */
export const agentRows: readonly Row[] = Object.entries(agents).flatMap(([how, by]) =>
  (
    [
      ['spec', { manageS3: true }, { finalizers: [hub] }, 'spec'],
      ['labels', {}, { finalizers: [hub], labels: { a: 'b' } }, 'metadata.labels'],
      ['annotations', {}, { finalizers: [hub], annotations: { a: 'b' } }, 'metadata.annotations'],
      ['owners', {}, { finalizers: [hub], ownerReferences: [owner] }, 'metadata.ownerReferences'],
      ['hub-finalizer', {}, { finalizers: [own] }, 'metadata.finalizers'],
      ['own-finalizer', {}, { finalizers: [hub, own] }, undefined],
    ] as const
  ).map(([what, spec, metadata, refusedAt]) => {
    const id = `agent-${how}-${what}`
    return {
      id,
      title: `the agent of c1, known by its ${how}, changes ${what}`,
      before: mirrorPeer(id, {}, { finalizers: [hub] }),
      after: mirrorPeer(id, spec, metadata),
      by,
      ...(refusedAt === undefined ? {} : { refusedAt }),
    }
  }),
)

import { contract, kinds, type MirrorPeer } from '@odfmo/api-types'
import { KubeError, type KubeClient } from '@odfmo/controller-kit'
import { eventually } from '@odfmo/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mirrorPeer } from '../reviews.ts'
import { startGuarded, type GuardedCluster } from './guarded-cluster.ts'
import { agentRows, furtherRows, vectorRows, type Row } from './rows.ts'

/*
 * Every row on clusters that are guarded in three ways, of the provider that the environment names: who refuses, and which field
 * is named. CEL has a rule for each of them. Where a keyword of the schema refuses, the field is exact; "CEL cannot index arrays
 * in a field path: there the webhook names the exact field, CEL the field or its list" holds for these:
 */
const celNamesTheList: readonly string[] = ['V-013', 'V-058', 'V-061', 'two-equal-items', 'one-hub-secret']

const rows = [...vectorRows, ...furtherRows, ...agentRows]
const probe = mirrorPeer({}, { name: 'probe' }) as unknown as MirrorPeer
const key = { name: 'probe' }
const agent = 'system:serviceaccount:c1:tokenexchange-agent'

type Guard = 'the definition' | 'a policy' | 'the webhook'

/** Who refused, and which fields were named. */
interface Refusal {
  readonly by: Guard
  readonly fields: readonly string[]
}

const refusalOf = async (request: Promise<unknown>): Promise<Refusal | undefined> => {
  try {
    await request
    return undefined
  } catch (error) {
    if (!(error instanceof KubeError)) throw error
    const [, field] = /ValidatingAdmissionPolicy '.*denied request: ([\w.]+): /.exec(error.message) ?? []
    if (field !== undefined) return { by: 'a policy', fields: [field] }
    // Anything else than a judgement is a failure of the test.
    if (error.reason !== 'Invalid') throw error
    const isWebhooks = error.message.includes(`admission webhook "${contract.webhook.validatingName}" denied`)
    const { causes = [] } = (error.details ?? {}) as {
      readonly causes?: readonly { readonly field: string }[]
    }
    return { by: isWebhooks ? 'the webhook' : 'the definition', fields: causes.map((cause) => cause.field) }
  }
}

/** The list of a field of an entry. */
const listOf = (field: string): string => field.replace(/\[\d+\].*$/, '')

const byCel = ({ id, by, refusedAt = '' }: Row): Refusal => ({
  by: by === undefined ? 'the definition' : 'a policy',
  fields: [celNamesTheList.includes(id) ? listOf(refusedAt) : refusedAt],
})
const byWebhook = ({ refusedAt = '' }: Row): Refusal => ({ by: 'the webhook', fields: [refusedAt] })

const dryly = (client: KubeClient, spec: Readonly<Record<string, unknown>>): Promise<MirrorPeer> =>
  client.create<MirrorPeer>(kinds.MirrorPeer, mirrorPeer(spec, { name: 'try' }) as unknown as MirrorPeer, {
    dryRun: true,
  })

it('every refusal of the vectors is among the rows', () => {
  expect(vectorRows.filter(({ refusedAt }) => refusedAt !== undefined).map(({ id }) => id)).toEqual(
    expect.arrayContaining(['V-006', 'V-013', 'V-031', 'V-050', 'V-053', 'V-061']),
  )
  expect(vectorRows.length).toBeGreaterThanOrEqual(29)
})

// Where both are, CEL comes first: a server asks validating webhooks last.
describe.each([
  { way: 'CEL alone', guards: { cel: true, webhook: false }, refusal: byCel },
  { way: 'the webhook alone', guards: { cel: false, webhook: true }, refusal: byWebhook },
  { way: 'both', guards: { cel: true, webhook: true }, refusal: byCel },
])('a MirrorPeer is judged by $way', ({ guards, refusal }) => {
  let guarded: GuardedCluster
  let admin: KubeClient

  beforeAll(async () => {
    const stored = rows.flatMap(({ before }) => before ?? [])
    guarded = await startGuarded(guards, [probe, ...stored])
    admin = await guarded.as('admin')
    const asAgent = await guarded.as(agent)
    await eventually(guarded.cluster, async () => {
      const bad = await refusalOf(dryly(admin, { type: 'metro' }))
      expect(bad?.by).toBe(guards.cel ? 'the definition' : 'the webhook')
      const patch = { metadata: { labels: { a: 'b' } } }
      const byAgent = await refusalOf(asAgent.patch(kinds.MirrorPeer, key, 'merge', patch, { dryRun: true }))
      expect(byAgent?.by).toBe(guards.cel ? 'a policy' : 'the webhook')
      // An empty list is none to a definition: only the webhook fills it.
      const { spec } = await dryly(admin, { schedulingIntervals: [] })
      expect(spec.schedulingIntervals).toEqual(guards.webhook ? ['5m'] : [])
      expect((await guarded.reviews()) > 0).toBe(guards.webhook)
    })
  })
  afterAll(() => guarded.end())

  const send = async ({ id, before, after, by }: Row): Promise<unknown> => {
    const client = by === undefined ? admin : await guarded.as(by)
    const name = id.toLowerCase()
    if (after === undefined) return client.delete(kinds.MirrorPeer, { name })
    if (before === undefined) return client.create(kinds.MirrorPeer, after)
    const { metadata } = await admin.get(kinds.MirrorPeer, { name })
    const { finalizers = [] } = after.metadata
    return client.update(kinds.MirrorPeer, {
      ...after,
      metadata: { ...metadata, ...after.metadata, finalizers },
    })
  }

  it.each(rows.filter(({ refusedAt }) => refusedAt !== undefined))('refuses $id: $title', async (row) => {
    const asked = await guarded.reviews()
    const { by, fields } = refusal(row)
    expect(await refusalOf(send(row))).toMatchObject({ by, fields: expect.arrayContaining([...fields]) })
    expect((await guarded.reviews()) > asked).toBe(by === 'the webhook')
  })

  it.each(rows.filter(({ refusedAt }) => refusedAt === undefined))('accepts $id: $title', async (row) => {
    const asked = await guarded.reviews()
    expect(await refusalOf(send(row))).toBeUndefined()
    expect((await guarded.reviews()) > asked).toBe(guards.webhook && row.after !== undefined)
    if (row.stored === undefined) return
    const { spec } = await admin.get(kinds.MirrorPeer, { name: row.id.toLowerCase() })
    expect(spec).toMatchObject(row.stored)
  })
})

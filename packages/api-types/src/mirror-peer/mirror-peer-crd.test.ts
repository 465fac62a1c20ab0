import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { refusals, stored } from '../../test/crd-server.ts'
import { validationCases } from '../../test/vectors.ts'
import type { MirrorPeer } from '../kinds/mirror-peer.ts'
import { defaultMirrorPeer } from './default-mirror-peer.ts'
import { mirrorPeerCrd } from './mirror-peer-crd.ts'
import { structuralSchema } from './structural-schema.ts'
import { validateMirrorPeerUpdate } from './validate-mirror-peer-update.ts'
import { validateMirrorPeer } from './validate-mirror-peer.ts'

const schema = mirrorPeerCrd.spec.versions[0]?.schema?.openAPIV3Schema ?? {}

const createRefusals = (object: MirrorPeer): readonly string[] => refusals(schema, stored(schema, object))
const updateRefusals = (before: MirrorPeer, after: MirrorPeer): readonly string[] =>
  refusals(schema, stored(schema, after), stored(schema, before))

/** Mostly right, so that the rules between fields are reached; each field is sometimes wrong in its own way. */
const rarely = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ arbitrary: usual, weight: 30 }, { arbitrary: odd, weight: 1 })
const absent = fc.constant(undefined)
const name = (...names: string[]): fc.Arbitrary<unknown> =>
  rarely(fc.constantFrom(...names), fc.constantFrom('', null, undefined, 5, {}, 'C_1', 'x'.repeat(300)))
const item = rarely(
  fc.record({
    clusterName: name('c1', 'c2', 'a', 'a-b'),
    storageClusterRef: rarely(
      fc.record({ name: name('d', 'e', 'c-d'), namespace: name('c', 'b-c', 'b') }),
      fc.constantFrom(null, 'ref', { name: 'd', namespace: 'c', other: 1 }),
    ),
  }),
  fc.constantFrom(null, 'c1', {}, []),
)
const items = rarely(
  fc.array(item, { minLength: 2, maxLength: 2 }),
  fc.oneof(absent, fc.array(item), fc.constant(null)),
)
const interval = rarely(
  fc.constantFrom('5m', '1h', '0d', '٥m'),
  fc.oneof(fc.string(), fc.integer(), fc.constant(null)),
)
const spec = rarely(
  fc.record({
    type: rarely(fc.constantFrom('async', 'sync', undefined, null), fc.constantFrom('Async', '', 5, [])),
    items,
    schedulingIntervals: rarely(fc.option(fc.array(interval)), fc.constantFrom('5m', {}, undefined)),
    manageS3: rarely(fc.constantFrom(true, false, null, undefined), fc.constantFrom('true', 0)),
    other: fc.constantFrom(undefined, 1),
  }),
  fc.constantFrom(undefined, null, [], 'spec'),
)
const object = spec.map(
  (one) => JSON.parse(JSON.stringify({ metadata: { name: 'mp' }, spec: one })) as MirrorPeer,
)
const valid = object.filter((one) => validateMirrorPeer(one).ok)

describe('the CRD', () => {
  it('is the one in the reviewed file', () => {
    const file = new URL('../../test/fixtures/mirrorpeers.crd.json', import.meta.url)
    expect(mirrorPeerCrd).toEqual(JSON.parse(readFileSync(file, 'utf8')))
  })

  it.each(validationCases('create'))('$id: $title', ({ input, expected }) => {
    const found = createRefusals(input.object as MirrorPeer)
    expect(found.length === 0, found.join()).toBe(expected.admission === 'accept')
  })

  // V-071 is stored with what keywords refuse: there an API server needs ratcheting.
  it.each(validationCases('update').filter(({ id }) => id !== 'V-071'))(
    '$id: $title',
    ({ input, expected }) => {
      const found = updateRefusals(input.oldObject as MirrorPeer, input.object as MirrorPeer)
      expect(found.length === 0, found.join()).toBe(expected.admission === 'accept')
    },
  )

  it('accepts for creation exactly what the library accepts', () => {
    const seen = { accepted: 0, refused: 0 }
    fc.assert(
      fc.property(object, (one) => {
        const { ok, problems } = validateMirrorPeer(one)
        const found = createRefusals(one)
        seen[ok ? 'accepted' : 'refused'] += 1
        expect(found.length === 0, `${JSON.stringify(problems)} ${found.join()}`).toBe(ok)
      }),
      { numRuns: 2000 },
    )
    // A generator that never reaches one side proves nothing.
    expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(200)
  })

  it('accepts as update of a valid object exactly what the library accepts', () => {
    const seen = { accepted: 0, refused: 0 }
    const update = valid.chain((before) =>
      fc.tuple(
        fc.constant(before),
        fc.oneof(
          { arbitrary: object, weight: 1 },
          // A few fields changed: two objects at random have hardly ever the same items.
          {
            weight: 2,
            arbitrary: fc
              .record({
                type: fc.constantFrom('async', 'sync', undefined),
                manageS3: fc.boolean(),
                turn: fc.boolean(),
                schedulingIntervals: fc.array(interval),
              })
              .map(({ turn, ...changed }) => {
                const { items: given } = before.spec
                return JSON.parse(
                  JSON.stringify({
                    ...before,
                    spec: { ...before.spec, ...changed, items: turn ? given.toReversed() : given },
                  }),
                ) as MirrorPeer
              }),
          },
        ),
      ),
    )
    fc.assert(
      fc.property(update, ([before, after]) => {
        const { ok, problems } = validateMirrorPeerUpdate(before, after)
        const found = updateRefusals(before, after)
        seen[ok ? 'accepted' : 'refused'] += 1
        expect(found.length === 0, `${JSON.stringify(problems)} ${found.join()}`).toBe(ok)
      }),
      { numRuns: 1500 },
    )
    expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(50)
  })

  it('stores the defaults that the library fills in', () => {
    fc.assert(
      fc.property(valid, (one) => {
        const { schedulingIntervals } = one.spec
        // An empty list is no missing one to a CRD; the webhook and the hub fill it.
        fc.pre(!(Array.isArray(schedulingIntervals) && schedulingIntervals.length === 0))
        const { spec: defaulted } = defaultMirrorPeer(one)
        expect(stored(schema, one)).toMatchObject({
          spec: stored(schema.properties?.['spec'] ?? {}, defaulted),
        })
      }),
    )
  })

  it('has transition rules that hold for whatever has not changed, as servers never ratchet them', () => {
    fc.assert(
      fc.property(object, (one) => {
        const now = stored(schema, one)
        const onCreation = refusals(schema, now)
        expect(refusals(schema, now, now)).toEqual(onCreation)
      }),
    )
  })
})

describe('structuralSchema', () => {
  it.each([
    ['a union', z.union([z.string(), z.number()])],
    ['any value', z.object({ a: z.unknown() })],
    ['a record', z.record(z.string(), z.string())],
  ])('refuses what it cannot say: %s', (_what, one) => {
    expect(() => structuralSchema(one)).toThrow(/^schema/)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mirrorPeer, ref } from '../../test/mirror-peers.ts'
import { defaultMirrorPeer } from './default-mirror-peer.ts'
import { parseMirrorPeer } from './parse-mirror-peer.ts'

describe('parseMirrorPeer', () => {
  it('fills in defaults, drops unknown fields of spec and keeps all else', () => {
    const status = { phase: 'Deleting', extra: 1 }
    const given = { ...mirrorPeer({ other: 1 }, { labels: { a: 'b' } }), status }
    const parsed = parseMirrorPeer(given)
    expect(parsed.mirrorPeer).toEqual({
      ...mirrorPeer({}, { labels: { a: 'b' } }),
      spec: { type: 'async', items: [ref('c1'), ref('c2')], schedulingIntervals: ['5m'], manageS3: false },
      status,
    })
    expect(parsed.warnings).toMatchObject([{ path: 'spec.other', code: 'UnknownField' }])
    expect(given.spec).toEqual(mirrorPeer({ other: 1 }).spec)
  })

  it('never throws, whatever comes', () => {
    const anything = fc.anything({
      withNullPrototype: true,
      withMap: true,
      withBigInt: false,
      withDate: true,
    })
    fc.assert(
      fc.property(anything, anything, anything, (value, spec, items) => {
        for (const one of [
          value,
          { metadata: {}, spec },
          { metadata: {}, spec: { items } },
          mirrorPeer({ items: [items] }),
        ]) {
          const { ok, problems } = parseMirrorPeer(one)
          expect(ok).toBe(problems.length === 0)
        }
      }),
    )
  })
})

describe('defaultMirrorPeer', () => {
  it('gives the same object back when nothing is missing', () => {
    const full = mirrorPeer({ type: 'sync', schedulingIntervals: ['1h'], manageS3: true })
    expect(defaultMirrorPeer(full)).toBe(full)
  })

  it('fills in an empty list and nulls, and hands out no shared value', () => {
    const spec = { type: null, schedulingIntervals: [], manageS3: null }
    const [one, two] = [defaultMirrorPeer(mirrorPeer(spec)), defaultMirrorPeer(mirrorPeer(spec))]
    expect(one.spec).toMatchObject({ type: 'async', schedulingIntervals: ['5m'], manageS3: false })
    expect(one.spec.schedulingIntervals).not.toBe(two.spec.schedulingIntervals)
  })

  it('leaves what is no spec for validation to find', () => {
    const broken = { metadata: {}, spec: 7 } as never
    expect(defaultMirrorPeer(broken)).toBe(broken)
    expect(defaultMirrorPeer(mirrorPeer({ type: 'metro', schedulingIntervals: 'x' })).spec).toMatchObject({
      type: 'metro',
      schedulingIntervals: 'x',
      manageS3: false,
    })
  })
})

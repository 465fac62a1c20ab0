import { describe, expect, it } from 'vitest'
import { alarms } from './alarms.ts'
import { hubReference } from './hub-reference.ts'
import { labelRows, unitOf } from './metrics-page.ts'
import { referenceDocuments, staleDocuments } from './reference-documents.ts'

const reference = await hubReference()

describe('docs/reference', () => {
  it('is as the tables and metrics say: else npm run reference -- --write', async () => {
    expect(staleDocuments(await referenceDocuments(reference))).toEqual([])
  })

  it('is found stale by the first line that differs', async () => {
    const [conditions] = await referenceDocuments({ ...reference, reasons: [] })
    expect(conditions === undefined ? [] : staleDocuments([conditions])).toEqual([
      expect.stringMatching(/^docs\/reference\/conditions\.md:\d+: expected ".*", found ".*"$/),
    ])
  })

  it('has an example message for every reason', () => {
    expect(
      reference.reasons.filter(({ example }) => example === undefined).map(({ reason }) => reason),
    ).toEqual([])
  })
})

describe('the metrics', () => {
  it('each have a word on when to alarm, and no word is of one that is gone', () => {
    expect(Object.keys(alarms).toSorted()).toEqual(reference.metrics.map(({ name }) => name).toSorted())
  })

  it('have no label that is not explained, and no explained label is gone', () => {
    const used = new Set(reference.metrics.flatMap(({ labels }) => labels))
    const explained = labelRows(reference.rules).flatMap(([names]) => names)
    expect(explained.toSorted()).toEqual([...used].toSorted())
  })

  it.each(reference.metrics)(
    '$name keeps to the conventions of Prometheus',
    ({ name, help, type, labels }) => {
      expect(name).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)+$/)
      expect(help).not.toBe('')
      expect(name.endsWith('_total')).toBe(type === 'counter')
      // Base units only, and said in the name.
      expect(name).not.toMatch(/_(ms|millis|milliseconds|minutes|kb|mb)(_|$)/)
      expect(unitOf({ name })).toMatch(/^(seconds|bytes|1)$/)
      if (type === 'histogram') expect(unitOf({ name })).toBe('seconds')
      for (const label of labels) expect(label).toMatch(/^[a-z][a-z_]*$/)
      // What grows with clusters or MirrorPeers is no label.
      for (const unbounded of ['namespace', 'cluster', 'mirrorpeer', 'key', 'uid'])
        expect(labels).not.toContain(unbounded)
    },
  )
})

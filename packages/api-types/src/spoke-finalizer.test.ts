import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { finalizerCases } from '../test/vectors.ts'
import { isSpokeFinalizer, originalSpokeFinalizer, spokeFinalizer } from './spoke-finalizer.ts'

const dnsLabel = fc.stringMatching(/^[a-z0-9]([a-z0-9.-]{0,60}[a-z0-9])?$/)

describe('spokeFinalizer', () => {
  it.each(finalizerCases)('$id: $title', ({ input: { clusterName }, expected, original }) => {
    expect(spokeFinalizer(clusterName)).toBe(expected.finalizer)
    expect(spokeFinalizer(clusterName)).toHaveLength(expected.length ?? 0)
    expect(originalSpokeFinalizer(clusterName)).toBe((original ?? expected).finalizer)
    expect(isSpokeFinalizer(expected.finalizer)).toBe(true)
    expect(isSpokeFinalizer((original ?? expected).finalizer)).toBe(true)
  })

  it('is never longer than Kubernetes allows, and another for every cluster', () => {
    fc.assert(
      fc.property(dnsLabel, dnsLabel, (a, b) => {
        expect(spokeFinalizer(a).length).toBeLessThanOrEqual(63)
        expect(spokeFinalizer(a) === spokeFinalizer(b)).toBe(a === b)
        expect(isSpokeFinalizer(spokeFinalizer(a))).toBe(true)
        expect(isSpokeFinalizer(originalSpokeFinalizer(a))).toBe(true)
      }),
    )
  })

  it('is not the hub’s finalizer, nor a name that only begins alike', () => {
    expect(isSpokeFinalizer('hub.multicluster.odf.openshift.io')).toBe(false)
    expect(isSpokeFinalizer('c1.spoke.multicluster.odf.openshift.io/x')).toBe(false)
    expect(isSpokeFinalizer('c1xspoke.multicluster.odf.openshift.io')).toBe(false)
  })

  it('needs a string', () => {
    const nothing = undefined as unknown as string
    expect(() => spokeFinalizer(nothing)).toThrow('clusterName: expected a string, got undefined')
    expect(() => originalSpokeFinalizer(nothing)).toThrow('clusterName: expected a string, got undefined')
    expect(() => isSpokeFinalizer(nothing)).toThrow('finalizer: expected a string, got undefined')
  })
})

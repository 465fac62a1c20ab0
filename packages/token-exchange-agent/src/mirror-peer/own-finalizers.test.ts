import { originalSpokeFinalizer, spokeFinalizer } from '@odfmo/secret-naming'
import { describe, expect, it } from 'vitest'
import { mirrorPeer, refOf } from '../../test/cases.ts'
import { ownFinalizers } from './own-finalizers.ts'

const long = 'a-cluster-with-quite-a-long-name'
const short = originalSpokeFinalizer(long)
const held = (cluster: string, other: string, finalizers: readonly string[]): readonly string[] =>
  ownFinalizers(mirrorPeer({ items: [refOf(cluster), refOf(other)], finalizers }), cluster)

describe('the finalizers that are this agent’s', () => {
  it.each([
    [
      'its own',
      'cluster1',
      'cluster2',
      [spokeFinalizer('cluster1'), spokeFinalizer('cluster2')],
      [spokeFinalizer('cluster1')],
    ],
    ['the original’s short form', long, 'cluster2', [short], [short]],
    ['both', long, 'cluster2', [short, spokeFinalizer(long)], [short, spokeFinalizer(long)]],
    [
      'not a short form that the other item has too',
      long,
      `${long}-2`,
      [short, spokeFinalizer(long)],
      [spokeFinalizer(long)],
    ],
    ['not a short form that is the other’s full one', long, 'a-cluster-', [short], []],
    ['none', 'cluster1', 'cluster2', ['hub.multicluster.odf.openshift.io'], []],
  ])('are %s', (_, cluster, other, finalizers, expected) =>
    expect(held(cluster, other, finalizers)).toEqual(expected),
  )
})

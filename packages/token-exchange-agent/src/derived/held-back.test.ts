import { contract } from '@odfmo/api-types'
import { hubSecretName } from '@odfmo/secret-naming'
import { describe, expect, it } from 'vitest'
import { app, mirrorPeer, refOf, wantedOf, type Clusters } from '../../test/cases.ts'
import { exchanged, hubSecret, keys } from '../../test/everything.ts'

const rules = app.derived.map(({ name }) => name)
const answer = (rule: string, clusters: Clusters): string => {
  const wanted = wantedOf(rule, keys[rule] ?? { name: '' }, clusters)
  return wanted.is === 'waiting' ? wanted.reason : wanted.is
}

it('is tested with every rule there is', () => expect(Object.keys(keys).toSorted()).toEqual(rules.toSorted()))

describe.each(rules)('%s', (rule) => {
  it('takes nothing for unwanted when the hub serves no MirrorPeers at all', () => {
    expect(answer(rule, { ...exchanged, mirrorPeersNotServed: true })).toBe('KindNotServed')
  })

  it.each([
    ['in force', [mirrorPeer()]],
    ['being deleted', [mirrorPeer({ deleting: true })]],
    ['gone', []],
  ])('does nothing on a cloned spoke, the MirrorPeer %s', (_, mirrorPeers) => {
    const foreign = { annotations: { [contract.annotation.agentClusterUid]: 'another' } }
    for (const [type, name] of [
      ['BLUE', hubSecretName(refOf('cluster1'))],
      ['INTERNAL', 'of-another-peer-ref'],
    ] as const) {
      const hubSecrets = [...(exchanged.hubSecrets ?? []), hubSecret(name, type, foreign)]
      expect(answer(rule, { ...exchanged, mirrorPeers, hubSecrets })).toBe('OtherCluster')
    }
  })

  it('is not held back by what the hub writes, whatever it is annotated with', () => {
    const green = hubSecret(hubSecretName(refOf('cluster2')), 'GREEN', {
      annotations: { [contract.annotation.agentClusterUid]: 'another' },
    })
    const hubSecrets = [...(exchanged.hubSecrets ?? []), green]
    expect(answer(rule, { ...exchanged, mirrorPeers: [mirrorPeer()], hubSecrets })).not.toBe('OtherCluster')
  })
})

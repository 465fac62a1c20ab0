import { contract, type Secret } from '@odfmo/api-types'
import { describe, expect, it } from 'vitest'
import {
  blueSecretProblems,
  externalSecretProblems,
  greenSecretProblems,
  s3SecretProblems,
} from './hub-secret-problems.ts'
import { keptHubSecret } from './kept-hub-secret.ts'

const { label, annotation, secretType, hubSecretBytes } = contract

const blue = (data: Readonly<Record<string, string>>, metadata: Secret['metadata'] = {}): Secret => ({
  apiVersion: 'v1',
  kind: 'Secret',
  type: secretType.agent,
  metadata: {
    name: 'n',
    namespace: 'c1',
    uid: 'u',
    resourceVersion: '7',
    labels: { [label.secretType]: 'BLUE' },
    ...metadata,
  },
  data,
})
const ref = { clusterName: 'c1', storageClusterRef: { name: 's', namespace: 'ns' } }
const text = (length: number): string => 'A'.repeat(length)

describe('keptHubSecret', () => {
  it('keeps as it is what is no larger than a hub secret can be', () => {
    const labelled = `${label.secretType}BLUE`.length
    const largest = blue({ a: text(hubSecretBytes - labelled - 1) })
    expect(keptHubSecret(largest)).toBe(largest)
    expect(keptHubSecret(blue({ a: text(hubSecretBytes - labelled) })).tooLarge).toBe(hubSecretBytes + 1)
    const bare = { metadata: { name: 'n' } }
    expect(keptHubSecret(bare)).toBe(bare)
  })

  it('keeps of a larger one what tells it apart, what it is, and the names of its keys', () => {
    const metadata = {
      labels: { [label.secretType]: 'BLUE', other: 'x' },
      annotations: { [annotation.agentClusterUid]: 'uid', other: text(9) },
      managedFields: [{ manager: 'm' }],
    }
    const kept = keptHubSecret(blue({ 'secret-data': text(1_000_000), other: text(4) }, metadata))
    expect(kept).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      type: secretType.agent,
      tooLarge: expect.any(Number) as number,
      metadata: {
        name: 'n',
        namespace: 'c1',
        uid: 'u',
        resourceVersion: '7',
        labels: { [label.secretType]: 'BLUE' },
        annotations: { [annotation.agentClusterUid]: 'uid' },
      },
      data: { 'secret-data': '', other: '' },
    })
  })

  it.each<readonly [string, Secret]>([
    ['many keys', blue(Object.fromEntries(Array.from({ length: 9_000 }, (_, i) => [`key-${i}`, 'AAAA'])))],
    ['a long value', blue({ 'secret-data': text(1_000_000) })],
    ['a long annotation', blue({}, { annotations: { [annotation.agentClusterUid]: text(250_000) } })],
    [
      'many labels',
      blue({}, { labels: Object.fromEntries(Array.from({ length: 9_000 }, (_, i) => [`label-${i}`, 'x'])) }),
    ],
  ])('is small, however large the secret is: %s', (_what, secret) => {
    const kept = keptHubSecret(secret)
    expect(kept.tooLarge).toBeGreaterThan(hubSecretBytes)
    expect(JSON.stringify(kept).length).toBeLessThan(2_000)
  })
})

it('every judge of hub secrets says of one that is too large how large it was, and nothing else', () => {
  const kept = keptHubSecret(blue({ 'secret-data': text(1_000_000) }))
  for (const problems of [
    blueSecretProblems(kept),
    greenSecretProblems(kept),
    s3SecretProblems(kept, ref),
    externalSecretProblems(kept, ref),
  ]) {
    expect(problems).toEqual([
      {
        code: 'TooLarge',
        field: 'data',
        message: `it holds ${kept.tooLarge} bytes, expected at most 65536: its content is not looked at`,
      },
    ])
  }
})

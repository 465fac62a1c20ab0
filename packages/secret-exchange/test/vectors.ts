import type { PeerRef, Secret } from '@odfmo/api-types'
import { readFileSync } from 'node:fs'
import type { RamenS3Profile } from '../src/ramen-secrets.ts'

interface EnvelopeCase {
  readonly id: string
  readonly kind: 'rook-converged' | 'rook-external' | 's3'
  readonly title: string
  readonly scored: boolean
  readonly input: {
    readonly peerRef: PeerRef
    readonly receiver: PeerRef
    readonly spokeSecret: {
      readonly name: string
      readonly namespace: string
      readonly data: Record<string, string>
    }
    readonly claimSecretData: Record<string, string>
    readonly claimConfigMapData: Record<string, string>
    readonly routeHost: string
  }
  readonly expected: {
    readonly hubSecret: Secret
    readonly greenSecret: Secret
    readonly receiverSpokeSecret: Secret
    readonly ramenNamespaceSecret: Secret
    readonly ramenSecret: Secret
    readonly ramenProfile: RamenS3Profile
    readonly secretData: string
    readonly secretDataSha256: string
  }
}

const file = new URL('../../../fixtures/vectors/cases.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly cases: readonly (EnvelopeCase & { group: string })[]
}

/** The scored envelope cases of one kind. */
export const envelopeCases = (kind: EnvelopeCase['kind']): readonly EnvelopeCase[] =>
  cases.filter((one) => one.group === 'envelope' && one.kind === kind && one.scored)

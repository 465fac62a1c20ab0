import { readFileSync } from 'node:fs'
import type { MirrorPeer } from '../src/kinds/mirror-peer.ts'

interface Case<Input, Expected> {
  readonly id: string
  readonly group: string
  readonly kind: string
  readonly title: string
  readonly scored: boolean
  readonly input: Input
  readonly expected: Expected
  readonly original?: Expected
}

interface ValidationInput {
  readonly operation: 'create' | 'update' | 'delete'
  readonly object?: MirrorPeer
  readonly oldObject?: MirrorPeer
}

interface ValidationExpected {
  readonly admission: 'accept' | 'reject'
  readonly field?: string
  readonly stored?: Record<string, unknown>
}

const file = new URL('../../../fixtures/vectors/cases.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly Case<never, never>[] }

const scored = <Input, Expected>(group: string, kind: string): readonly Case<Input, Expected>[] =>
  cases.filter((one) => one.group === group && one.kind === kind && one.scored)

/** The scored validation cases of one operation. */
export const validationCases = (
  kind: ValidationInput['operation'],
): readonly Case<ValidationInput, ValidationExpected>[] => scored('validation', kind)

/** The scored cases of spoke finalizers. */
export const finalizerCases = scored<
  { readonly clusterName: string },
  { readonly finalizer: string; readonly length?: number }
>('naming', 'spoke-finalizer')

import { SecretValue } from '@odfmo/controller-kit'
import { describe, expect, it } from 'vitest'
import type { Authority, SigningAuthority } from './authority.ts'
import { noMemory, remember } from './memory.ts'
import { nextAction } from './next-action.ts'
import type { ConfigurationView, Observation, Serving } from './observation.ts'

const lifetimes = { authorityMs: 30_000, leafMs: 6000, settleMs: 200, backdateMs: 1000 }

const authority = (id: string, createdAt: number): SigningAuthority => ({
  id,
  pem: id,
  createdAt,
  notAfter: createdAt + lifetimes.authorityMs,
  key: new SecretValue(id),
})
const [a, b] = [authority('a', 0), authority('b', 20_000)]
const { key: _key, ...keyless } = a

const trusting = (...bundle: readonly Authority[]): ConfigurationView => ({
  is: 'ours',
  bundle,
  hasGarbage: false,
})
const both = (view: ConfigurationView) => ({ mutating: view, validating: view })
const servingBy = (by: Authority, createdAt: number): Serving => ({
  authority: by,
  createdAt,
  notAfter: createdAt + lifetimes.leafMs,
})
const garbage: ConfigurationView = { is: 'ours', bundle: [a], hasGarbage: true }

interface Case extends Partial<Observation> {
  readonly does: string
  readonly expected: object
  /** How long all has been as it is. */
  readonly forMs?: number
}

/** Of the CA a, made at 0, at work for long, at 10 s. */
const quiet = {
  now: 10_000,
  secret: { is: 'ours', authorities: [a] },
  configurations: both(trusting(a)),
  serving: servingBy(a, 9000),
} as const satisfies Partial<Observation>

const renewing = {
  now: 20_100,
  secret: { is: 'ours', authorities: [b, a] },
  configurations: both(trusting(b, a)),
  serving: servingBy(a, 18_000),
} as const satisfies Partial<Observation>

const cases: readonly Case[] = [
  { does: 'waits until the certificate is renewed', expected: { is: 'wait', forMs: 3000 } },
  { does: 'makes the Secret', secret: { is: 'missing' }, expected: { is: 'createSecret' } },
  {
    does: 'makes a CA where the Secret has none',
    secret: { is: 'ours', authorities: [], damage: 'nothing in it' },
    expected: { is: 'writeSecret', keep: [], fresh: true, why: 'nothing in it' },
  },
  {
    does: 'makes a CA where the key is missing, and keeps the certificate',
    secret: { is: 'ours', authorities: [keyless] },
    expected: { is: 'writeSecret', keep: [keyless], fresh: true },
  },
  {
    does: 'takes out what is damaged, and keeps the CA that is not',
    secret: { is: 'ours', authorities: [a], damage: 'some of it' },
    expected: { is: 'writeSecret', keep: [a], fresh: false, why: 'some of it' },
  },
  {
    does: 'makes the next CA at two thirds of the lifetime',
    now: 20_000,
    serving: servingBy(a, 19_000),
    expected: { is: 'writeSecret', keep: [a], fresh: true },
  },
  {
    does: 'renews the certificate before the CA: that needs no server',
    now: 20_000,
    expected: { is: 'serve', by: a },
  },
  {
    does: 'waits just before two thirds',
    now: 19_999,
    serving: servingBy(a, 19_000),
    expected: { is: 'wait', forMs: 1 },
  },
  {
    does: 'makes a CA in place of one that has run out',
    now: 30_000,
    expected: { is: 'writeSecret', keep: [a], fresh: true },
  },
  {
    does: 'adds the CA to the caBundle of the mutating webhook',
    ...renewing,
    configurations: both(trusting(a)),
    expected: { is: 'writeBundle', configuration: 'mutating', authorities: [b, a] },
  },
  {
    does: 'adds the CA to the caBundle of the validating webhook',
    ...renewing,
    configurations: { mutating: trusting(b, a), validating: trusting(a) },
    expected: { is: 'writeBundle', configuration: 'validating', authorities: [b, a] },
  },
  {
    does: 'serves by the old CA until API servers have seen the new one',
    ...renewing,
    forMs: 199,
    expected: { is: 'wait', forMs: 1 },
  },
  {
    does: 'serves by the new CA when they have',
    ...renewing,
    forMs: 200,
    expected: { is: 'serve', by: b },
  },
  {
    does: 'begins by the old CA until they have',
    ...renewing,
    serving: undefined,
    forMs: 0,
    expected: { is: 'serve', by: a },
  },
  {
    does: 'begins by the new CA when the old one may be about to leave',
    ...renewing,
    now: 23_000,
    serving: undefined,
    forMs: 0,
    expected: { is: 'serve', by: b },
  },
  {
    does: 'begins at once when there is one CA only',
    serving: undefined,
    forMs: 0,
    expected: { is: 'serve', by: a },
  },
  {
    does: 'serves nothing that is not trusted by both yet',
    serving: undefined,
    configurations: { mutating: trusting(a), validating: trusting() },
    expected: { is: 'writeBundle', configuration: 'validating', authorities: [a] },
  },
  {
    does: 'serves where there are no configurations',
    serving: undefined,
    configurations: both({ is: 'missing' }),
    expected: { is: 'serve', by: a },
  },
  {
    does: 'keeps the old CA for one lifetime of a certificate',
    ...renewing,
    now: 26_199,
    serving: servingBy(b, 26_000),
    expected: { is: 'wait', forMs: 1 },
  },
  {
    does: 'takes the old CA out of the Secret then',
    ...renewing,
    now: 26_200,
    serving: servingBy(b, 26_000),
    expected: { is: 'writeSecret', keep: [b], fresh: false },
  },
  {
    does: 'takes the old CA out of the caBundle after that',
    ...renewing,
    now: 26_200,
    secret: { is: 'ours', authorities: [b] },
    serving: servingBy(b, 26_000),
    expected: { is: 'writeBundle', configuration: 'mutating', authorities: [b] },
  },
  {
    does: 'turns at once to what is trusted when what it serves is not',
    ...renewing,
    secret: { is: 'ours', authorities: [b] },
    configurations: both(trusting(b)),
    forMs: 0,
    expected: { is: 'serve', by: b },
  },
  {
    does: 'has the CA trusted by which it serves, though the Secret has it no longer',
    ...renewing,
    secret: { is: 'ours', authorities: [b] },
    configurations: both(trusting()),
    expected: { is: 'writeBundle', configuration: 'mutating', authorities: [b, a] },
  },
  {
    does: 'takes nothing away that others may serve by, when it has only just begun',
    ...renewing,
    now: 26_200,
    serving: servingBy(b, 26_000),
    forMs: 1999,
    expected: { is: 'wait', forMs: 1 },
  },
  {
    does: 'writes a caBundle anew that has garbage in it',
    configurations: both(garbage),
    expected: { is: 'writeBundle', configuration: 'mutating', authorities: [a] },
  },
  {
    does: 'pauses when somebody changes it back each time',
    configurations: both(garbage),
    writesAgoMs: { secret: [], mutating: [150, 120, 90, 60, 30], validating: [150, 120, 90, 60, 30] },
    expected: { is: 'wait', forMs: 50, problem: expect.stringContaining('find out who else writes it') },
  },
  {
    does: 'leaves a Secret of somebody else',
    secret: { is: 'foreign', why: 'theirs' },
    expected: { is: 'wait', forMs: 3_600_000, problem: 'theirs' },
  },
  {
    does: 'leaves a configuration that somebody else looks after',
    configurations: { mutating: trusting(a), validating: { is: 'foreign', why: 'theirs' } },
    expected: { is: 'wait', forMs: 3_600_000, problem: 'theirs' },
  },
  {
    does: 'does not sign by a CA of a time to come',
    serving: undefined,
    secret: { is: 'ours', authorities: [b, a] },
    configurations: both(trusting(b, a)),
    expected: { is: 'serve', by: a },
  },
]

describe('a replica', () => {
  it.each(cases)('$does', ({ does: _does, expected, forMs = 1_000_000, ...given }) => {
    const seen = { ...quiet, ...given }
    const monotonicMs = 2_000_000
    const memory = remember(noMemory, { ...seen, monotonicMs: monotonicMs - forMs }, lifetimes.backdateMs)
    const writesAgoMs = { secret: [], mutating: [], validating: [] }
    expect(nextAction({ writesAgoMs, ...seen, memory, monotonicMs }, lifetimes)).toMatchObject(expected)
  })
})

import { expect, test } from 'vitest'
import type { Registration } from './registration.ts'
import { mostRequests, registrationStep } from './registration-step.ts'
import type { HeldSecret, RegistrationInput } from './registration-step.ts'

const wanted: Registration = { addOn: 'a', user: 'agent', groups: ['g1', 'g2'], namespace: 'ns', hash: 'one' }
const held: HeldSecret = { is: 'usable', user: 'agent', groups: ['g2', 'g1'], notBefore: 0, notAfter: 1000 }
const base: RegistrationInput = {
  wanted,
  knownHash: 'one',
  secret: { is: 'absent' },
  pending: undefined,
  requests: 0,
  renewAtShare: 0.2,
  nowMs: 500,
}

const cases: readonly [string, Partial<RegistrationInput>, object][] = [
  ['nobody asks: nothing', { wanted: undefined, knownHash: undefined }, { is: 'rest' }],
  ['nobody asks any more: the own secret goes', { wanted: undefined, secret: held }, { is: 'remove-secret' }],
  [
    'a secret that is not known as own stays',
    { wanted: undefined, knownHash: undefined, secret: held },
    { is: 'rest' },
  ],
  ['asked for the first time: request', { knownHash: undefined }, { is: 'request' }],
  ['a request is open: wait', { pending: { hash: 'one', state: { is: 'open' } } }, { is: 'rest' }],
  [
    'a request is signed: store',
    { pending: { hash: 'one', state: { is: 'signed', certificate: 'c' } } },
    { is: 'store', certificate: 'c' },
  ],
  [
    'a request was denied: forget it',
    { pending: { hash: 'one', state: { is: 'refused' } } },
    { is: 'forget-request' },
  ],
  [
    'a request is gone: forget it',
    { pending: { hash: 'one', state: { is: 'gone' } } },
    { is: 'forget-request' },
  ],
  [
    'a request of another registration: forget it',
    { pending: { hash: 'old', state: { is: 'signed', certificate: 'c' } } },
    { is: 'forget-request' },
  ],
  [
    'the registration changed: the secret goes first',
    { knownHash: 'old', secret: held },
    { is: 'remove-secret' },
  ],
  ['the registration changed, no secret: request', { knownHash: 'old' }, { is: 'request' }],
  [
    'after a restart, the secret fits: rest until it must be renewed',
    { knownHash: undefined, secret: held },
    { is: 'rest', lookAgainMs: 300 },
  ],
  [
    'after a restart, the secret is somebody else’s',
    { knownHash: undefined, secret: { ...held, user: 'other' } },
    { is: 'remove-secret' },
  ],
  ['a group is missing', { secret: { ...held, groups: ['g1'] } }, { is: 'remove-secret' }],
  ['a fifth of its life is left: renew', { secret: held, nowMs: 800 }, { is: 'request' }],
  ['a little more is left', { secret: held, nowMs: 799 }, { is: 'rest', lookAgainMs: 1 }],
  ['garbage in the secret: request', { secret: { is: 'unusable' } }, { is: 'request' }],
  ['too many requests: no more', { requests: mostRequests }, { is: 'rest', lookAgainMs: 30_000 }],
]

test.each(cases)('%s', (_, change, step) => {
  expect(registrationStep({ ...base, ...change })).toMatchObject(step)
})

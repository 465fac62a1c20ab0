import type { State } from '@odfmo/controller-kit'
import { expect, it } from 'vitest'
import { needsAdministrator } from './needs-administrator.ts'

const waits = (reason: string): State => ({ is: 'waiting', reason, message: 'why' })
const fails = (reason: string): State => ({ is: 'failed', reason, message: 'why' })

it.each<readonly [string, State]>([
  ['a green secret that makes no sense', waits('InvalidGreenSecret')],
  ['a cloned spoke', waits('OtherCluster')],
  ['an object of somebody else’s', fails('NotOurs')],
  ['another writer of the same field', fails('Contested')],
  ['a missing right', fails('Forbidden')],
  ['a policy that refuses', fails('Refused')],
  ['a server that drops what is written', fails('WriteNotKept')],
])('%s waits for an administrator', (_what, state) => expect(needsAdministrator(state)).toBe(true))

it.each<readonly [string, State]>([
  ['a green secret that has not come', waits('NoGreenSecret')],
  ['a bucket that is being made', waits('NoBucketSecret')],
  ['a MirrorPeer that the hub has not accepted yet', waits('NotAccepted')],
  ['a clean-up under way', waits('CleaningUp')],
  ['a hub that is being restored', waits('KindNotServed')],
  ['a server that fails for now', fails('InternalError')],
  ['a hub that cannot be reached', fails('ECONNREFUSED')],
  ['what is as wanted', { is: 'present' }],
  ['what was not looked at yet', { is: 'pending', message: 'InvalidGreenSecret' }],
])('%s does not', (_what, state) => expect(needsAdministrator(state)).toBe(false))

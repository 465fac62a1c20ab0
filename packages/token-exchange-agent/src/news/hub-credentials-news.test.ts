import { ManualClock, type CredentialState, type WatchTrouble } from '@odfmo/controller-kit'
import { expect, it } from 'vitest'
import { hubCredentialsNews } from './hub-credentials-news.ts'

const minuteMs = 60_000
const setting = () => {
  const clock = new ManualClock()
  let state: CredentialState = { ok: true }
  let troubles: readonly WatchTrouble[] = []
  const news = hubCredentialsNews({
    credentials: {
      get state() {
        return state
      },
    },
    cluster: 'hub',
    troubles: () => troubles,
    clock,
  })
  return {
    clock,
    reason: () => news()?.reason,
    note: () => news()?.note,
    is: (next: CredentialState) => void (state = next),
    answers: (cluster: string, status: number) =>
      void (troubles = [{ name: `${cluster}.MirrorPeer`, cluster, status, why: 'why' }]),
    isWell: () => void (troubles = []),
  }
}

it('credentials that have expired are news at once, with when, as long as nothing new comes', () => {
  const { reason, note, is, clock } = setting()
  expect(reason()).toBeUndefined()
  is({ ok: true, note: 'the client certificate expired at 2027-01-01T00:00:00.000Z' })
  expect(reason()).toBe('HubCredentialsExpired')
  expect(note()).toContain('the client certificate expired at 2027-01-01T00:00:00.000Z')
  const before = note()
  clock.advance(60 * minuteMs)
  expect(note()).toBe(before)
  is({ ok: true })
  expect(reason()).toBeUndefined()
})

it('a hub that answers 401 is news after five minutes of it, and again only after five more', () => {
  const { reason, answers, isWell, clock } = setting()
  answers('hub', 401)
  expect(reason()).toBeUndefined()
  clock.advance(5 * minuteMs - 1)
  expect(reason()).toBeUndefined()
  clock.advance(1)
  expect(reason()).toBe('HubCredentialsRefused')
  isWell()
  expect(reason()).toBeUndefined()
  answers('hub', 401)
  clock.advance(minuteMs)
  expect(reason()).toBeUndefined()
})

it.each([
  ['a hub that is away', 'hub', 0],
  ['a hub that gives no right', 'hub', 403],
  ['a spoke that does not know the agent', 'spoke', 401],
])('%s says nothing of the credentials for the hub', (_what, cluster, status) => {
  const { reason, answers, clock } = setting()
  answers(cluster, status)
  expect(reason()).toBeUndefined()
  clock.advance(60 * minuteMs)
  expect(reason()).toBeUndefined()
})

import { describe, expect, it } from 'vitest'
import { ManualClock } from '../manual-clock.ts'
import type { ExecCredential } from './exec-answer.ts'
import { ExecCredentials } from './exec-credentials.ts'

const seeds =
  process.env['ODFMO_SEED'] === undefined
    ? Array.from({ length: 20 }, (_, i) => i + 1)
    : [Number(process.env['ODFMO_SEED'])]

/** Lets what is settled go on; nothing here waits for anything but promises. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve()
}

describe('ExecCredentials, whatever happens', () => {
  it.each(seeds)(
    'runs one plugin at a time, never too soon, and tells nothing stale, for seed %i',
    async (seed) => {
      const clock = new ManualClock(1_000_000, seed)
      const pick = (n: number): number => Math.floor(clock.random() * n)
      let running: { end(ok: boolean): void } | undefined
      let last: { readonly started: number; ended: number; failures: number } | undefined
      const answered = new Map<ExecCredential, number>()
      const seen: ExecCredential[] = []

      const credentials = new ExecCredentials(
        'plugin',
        () => {
          const now = clock.monotonic()
          expect(running, `seed ${seed}: a second run beside the first`).toBeUndefined()
          const pause =
            last === undefined
              ? 0
              : last.failures === 0
                ? 10_000
                : Math.min(30_000, 1000 * 2 ** (last.failures - 1))
          if (last !== undefined)
            expect(now - last.ended, `seed ${seed}: run again too soon`).toBeGreaterThanOrEqual(pause)
          const before = last?.failures ?? 0
          return new Promise((resolve, reject) => {
            running = {
              end(ok) {
                running = undefined
                last = { started: now, ended: clock.monotonic(), failures: ok ? 0 : before + 1 }
                if (!ok) return reject(new Error('failed'))
                const lasts = [undefined, -1000, 5000, 60_000][pick(4)]
                const credential = {
                  token: 't',
                  ...(lasts === undefined ? {} : { expiresAt: clock.now() + lasts }),
                }
                answered.set(credential, clock.monotonic())
                resolve(credential)
              },
            }
          })
        },
        clock,
      )

      const take = (credential: ExecCredential | undefined): void => {
        if (credential === undefined) return
        seen.push(credential)
        const isGood = credential.expiresAt === undefined || credential.expiresAt > clock.now()
        const age = clock.monotonic() - (answered.get(credential) ?? Number.NaN)
        expect(isGood || age < 10_000, `seed ${seed}: told what had expired`).toBe(true)
      }
      const broken: unknown[] = []
      const asking = (promise: Promise<ExecCredential | undefined>): void => {
        promise.then(take).catch((error: unknown) => {
          const { message, name } = error as Error
          if (message !== 'failed' && name !== 'AbortError' && name !== 'ExecError') broken.push(error)
        })
      }
      for (let step = 0; step < 300; step++) {
        const what = pick(10)
        if (what < 3) asking(credentials.current())
        else if (what === 3) asking(credentials.current(AbortSignal.abort()))
        else if (what === 4) {
          const refused = seen[seen.length - 1 - pick(Math.min(3, Math.max(1, seen.length)))]
          if (refused !== undefined) asking(credentials.renew(refused))
        } else if (what < 7) running?.end(clock.random() < 0.6)
        else clock.advance([10, 1000, 8000, 40_000][pick(4)] ?? 0)
        await settled()
      }
      expect(broken).toEqual([])
      expect(answered.size, `seed ${seed}: hardly anything happened`).toBeGreaterThan(3)

      // It never gets stuck: with a plugin that works, whoever asks is answered.
      running?.end(true)
      await settled()
      clock.advance(60_000)
      const answer = credentials.current()
      await settled()
      running?.end(true)
      take(await answer)
    },
  )
})

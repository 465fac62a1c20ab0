import { describe, expect, it } from 'vitest'
import { ManualClock } from '../manual-clock.ts'
import { ExecCredentials } from './exec-credentials.ts'
import { ExecError } from './exec-error.ts'

const minute = 60_000

/** A plugin that answers one token after the other, each good for ten minutes, and waits when told to. */
const start = () => {
  const clock = new ManualClock(1_000_000)
  const plugin = { runs: 0, failing: false, lasts: 10 * minute, until: Promise.resolve() }
  const credentials = new ExecCredentials(
    'aws',
    async () => {
      plugin.runs += 1
      const token = `t${plugin.runs}`
      await plugin.until
      if (plugin.failing) throw new ExecError(`failed ${plugin.runs}`)
      return { token, expiresAt: clock.now() + plugin.lasts }
    },
    clock,
  )
  return { clock, plugin, credentials }
}

describe('ExecCredentials', () => {
  it('asks once until the answer expires', async () => {
    const { clock, credentials } = start()
    expect((await credentials.current()).token).toBe('t1')
    clock.advance(9 * minute)
    expect((await credentials.current()).token).toBe('t1')
    clock.advance(minute)
    expect((await credentials.current()).token).toBe('t2')
  })

  it('runs once for all who ask at the same time', async () => {
    const { plugin, credentials } = start()
    const answers = await Promise.all(Array.from({ length: 20 }, () => credentials.current()))
    expect(new Set(answers.map(({ token }) => token))).toEqual(new Set(['t1']))
    expect(plugin.runs).toBe(1)
  })

  it('lets one leave without ending the run that others wait for', async () => {
    const { plugin, credentials } = start()
    let answer = (): void => undefined
    plugin.until = new Promise((resolve) => (answer = resolve))
    const leave = new AbortController()
    const leaving = credentials.current(leave.signal)
    const staying = credentials.current()
    leave.abort(new Error('left'))
    await expect(leaving).rejects.toThrow('left')
    answer()
    expect((await staying).token).toBe('t1')
    expect(plugin.runs).toBe(1)
  })

  it('runs again for a credential that the server refuses, once for all who were refused', async () => {
    const { clock, plugin, credentials } = start()
    const refused = await credentials.current()
    clock.advance(minute)
    const renewed = await Promise.all([credentials.renew(refused), credentials.renew(refused)])
    expect(renewed.map((each) => each?.token)).toEqual(['t2', 't2'])
    expect((await credentials.renew(refused))?.token).toBe('t2')
    expect(plugin.runs).toBe(2)
  })

  it('does not run again at once for an answer that is refused', async () => {
    const { plugin, credentials } = start()
    expect(await credentials.renew(await credentials.current())).toBeUndefined()
    expect(plugin.runs).toBe(1)
  })

  it('does not run again at once for an answer that had expired when it came, and says so, once it is refused', async () => {
    const { clock, plugin, credentials } = start()
    plugin.lasts = -minute
    const refused = await credentials.current()
    await expect(credentials.renew(refused)).rejects.toThrow(
      'the credential plugin aws answered a credential that expired at 1970-01-01T00:15:40.000Z',
    )
    expect(await credentials.current()).toBe(refused)
    expect(plugin.runs).toBe(1)
    clock.advance(10_000)
    await credentials.current()
    expect(plugin.runs).toBe(2)
  })

  it('pauses longer and longer while the plugin fails, and tells why to all who ask', async () => {
    const { clock, plugin, credentials } = start()
    plugin.failing = true
    const ends: number[] = []
    const begun = clock.monotonic()
    for (let runs = 1; runs <= 8; runs++) {
      await expect(credentials.current()).rejects.toThrow(`failed ${runs}`)
      await expect(credentials.current()).rejects.toThrow(`failed ${runs}`)
      expect(plugin.runs).toBe(runs)
      ends.push(clock.monotonic() - begun)
      clock.advance(Math.min(30_000, 1000 * 2 ** (runs - 1)))
    }
    expect(ends).toEqual([0, 1000, 3000, 7000, 15_000, 31_000, 61_000, 91_000])
    plugin.failing = false
    expect((await credentials.current()).token).toBe('t9')
  })

  it('keeps what is good when a renewal fails', async () => {
    const { clock, plugin, credentials } = start()
    const first = await credentials.current()
    clock.advance(minute)
    plugin.failing = true
    await expect(credentials.renew(first)).rejects.toThrow('failed 2')
    expect(await credentials.current()).toBe(first)
  })
})

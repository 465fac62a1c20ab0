import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCluster } from '@odfmo/testkit'
import { expect, it } from 'vitest'
import { writeKubeconfig } from '../../test/clients.ts'
import { ManualClock } from '../manual-clock.ts'
import { Credentials, type CredentialState } from './credentials.ts'

const withFolder = async (use: (folder: string) => Promise<void>): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'controller-kit-'))
  try {
    await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const yearMs = 366 * 24 * 3_600_000

it('a client certificate that has expired, with nothing new, is no failure: said once, and once that it is over', () =>
  withFolder(async (folder) => {
    // Certificates are of this year, so the clock is too.
    const cluster = await startCluster({ name: 'expiry' })
    try {
      const clock = new ManualClock(Date.now())
      const kubeconfig = await writeKubeconfig(folder, cluster, { user: 'agent' })
      const credentials = await Credentials.load({ kubeconfig }, { clock })
      const told: CredentialState[] = []
      credentials.onChange((state) => told.push(state))
      expect(credentials.state).toEqual({ ok: true })
      clock.advance(20 * yearMs)
      for (let looks = 0; looks < 5; looks += 1) await credentials.reread()
      const expired = { ok: true, note: expect.stringMatching(/^the client certificate expired at \d{4}-/) }
      expect(credentials.state).toEqual(expired)
      expect(told).toEqual([expired])

      clock.jump(-20 * yearMs)
      await writeKubeconfig(folder, cluster, { user: 'agent, again' })
      for (let looks = 0; looks < 5; looks += 1) await credentials.reread()
      expect(credentials.state).toEqual({ ok: true })
      expect(told).toEqual([expired, { ok: true }])
    } finally {
      await cluster.stop()
    }
  }))

const tokenUntil = (seconds: number): string =>
  ['{"alg":"none"}', JSON.stringify({ exp: seconds }), 'signature']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.')

it('a token that has expired is told as well, and a token that says nothing of its end is not', () =>
  withFolder(async (folder) => {
    const clock = new ManualClock(0)
    const file = join(folder, 'token')
    await writeFile(file, tokenUntil(60))
    const source = { access: { server: 'https://hub.example', token: { file } } }
    const credentials = await Credentials.load(source, { clock })
    expect(credentials.state).toEqual({ ok: true })
    expect(credentials.expiresAt).toBe(60_000)
    clock.advance(60_000)
    expect(credentials.state).toEqual({ ok: true, note: 'the token expired at 1970-01-01T00:01:00.000Z' })
    for (const text of ['opaque', 'a.b.c', `${tokenUntil(0).split('.')[0]}.bnVsbA.c`]) {
      await writeFile(file, text)
      await credentials.reread()
      expect(credentials.state).toEqual({ ok: true })
    }
  }))

it('what had expired before the process was started is told once too', () =>
  withFolder(async (folder) => {
    const clock = new ManualClock(60_000)
    const file = join(folder, 'token')
    await writeFile(file, tokenUntil(30))
    const source = { access: { server: 'https://hub.example', token: { file } } }
    const credentials = await Credentials.load(source, { clock })
    const told: CredentialState[] = []
    credentials.onChange((state) => told.push(state))
    for (let looks = 0; looks < 5; looks += 1) await credentials.reread()
    expect(told).toEqual([{ ok: true, note: 'the token expired at 1970-01-01T00:00:30.000Z' }])
  }))

it('a file that cannot be taken over is told once, however often it is looked at', () =>
  withFolder(async (folder) => {
    const file = join(folder, 'token')
    await writeFile(file, 'first')
    const credentials = await Credentials.load({ access: { server: 'https://hub.example', token: { file } } })
    const told: CredentialState[] = []
    credentials.onChange((state) => told.push(state))
    await rm(file)
    for (let looks = 0; looks < 5; looks += 1) await credentials.reread()
    await writeFile(file, 'first')
    for (let looks = 0; looks < 5; looks += 1) await credentials.reread()
    expect(told).toEqual([
      { ok: false, why: expect.stringContaining(`cannot read ${file}: ENOENT`) as string },
      { ok: true },
    ])
  }))

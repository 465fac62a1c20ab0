import { mkdtemp, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { ManualClock, silentLogger, type Logger } from '@odfmo/controller-kit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { testAuthority, type TestCertificate } from '../../test/test-certificates.ts'
import { CertificateFiles } from './certificate-files.ts'

const now = Date.UTC(2026, 0, 1)
/** Before what its `now` is, an authority of these tests begins to be valid. */
const hourMs = 3_600_000
const authority = testAuthority('test', now)

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'certificate-files-'))
})
afterEach(() => rm(folder, { recursive: true }))

const inFolder = (name: string): string => path.join(folder, name)

/** A source over `tls.crt` and `tls.key`, which looks when it is told to. */
const follow = () => {
  const clock = new ManualClock(now)
  const lines: string[] = []
  const log = (fields: object, message: string): void =>
    void lines.push(`${message}: ${JSON.stringify(fields)}`)
  const logger: Logger = { ...silentLogger, info: log, warn: log, error: log }
  let refused = 0
  const files = new CertificateFiles({
    certFile: inFolder('tls.crt'),
    keyFile: inFolder('tls.key'),
    clock,
    logger,
    observer: { refused: () => void refused++ },
  })
  const taken: string[] = []
  files.subscribe(({ cert }) => void taken.push(cert))
  const abort = new AbortController()
  const running = files.run(abort.signal)
  /** The next look has been had: the clock has nothing to wake while one is under way. */
  const looked = async (): Promise<void> => {
    await expect.poll(() => clock.nextTimer(), { interval: 1 }).toBeDefined()
  }
  return {
    files,
    lines,
    taken,
    refused: () => refused,
    clock,
    looked,
    look: async (): Promise<void> => {
      await looked()
      clock.advance(1000)
      await looked()
    },
    stop: async (): Promise<void> => {
      abort.abort()
      await running
    },
  }
}

const write = async ({ cert, key }: TestCertificate): Promise<void> => {
  await writeFile(inFolder('tls.crt'), cert)
  await writeFile(inFolder('tls.key'), key)
}

describe('CertificateFiles', () => {
  it('waits until they are there, and says so once', async () => {
    const { files, look, stop, taken, lines, refused } = follow()
    await look()
    await look()
    expect(files.current()).toBeUndefined()
    expect(files.problem()).toContain(`no such file or directory, open '${inFolder('tls.crt')}'`)
    expect(lines).toEqual([expect.stringMatching(/^waiting for a serving certificate: /)])
    const given = authority.certificate()
    await write(given)
    await look()
    expect(taken).toEqual([given.cert])
    expect(files.current()?.key.reveal()).toBe(given.key)
    expect(files.problem()).toBeUndefined()
    expect(refused()).toBe(0)
    await stop()
  })

  it('takes what a kubelet mounts, whose link it swaps', async () => {
    const mount = async (version: string, { cert, key }: TestCertificate): Promise<void> => {
      await mkdir(inFolder(version))
      await writeFile(inFolder(`${version}/tls.crt`), cert)
      await writeFile(inFolder(`${version}/tls.key`), key)
      await symlink(version, inFolder('..data_tmp'))
      await rename(inFolder('..data_tmp'), inFolder('..data'))
    }
    const [first, second] = [authority.certificate(), authority.certificate()]
    await mount('..1', first)
    await symlink('..data/tls.crt', inFolder('tls.crt'))
    await symlink('..data/tls.key', inFolder('tls.key'))
    const { look, looked, stop, taken } = follow()
    await looked()
    expect(taken).toEqual([first.cert])
    await mount('..2', second)
    await look()
    await look()
    expect(taken).toEqual([first.cert, second.cert])
    await stop()
  })

  it('takes certificate and key when both have come, and tells of nothing meanwhile', async () => {
    const [first, second] = [authority.certificate(), authority.certificate()]
    await write(first)
    const { files, look, looked, stop, taken, lines, refused } = follow()
    await looked()
    await writeFile(inFolder('tls.crt'), second.cert)
    await look()
    expect(files.current()?.cert).toBe(first.cert)
    await writeFile(inFolder('tls.key'), second.key)
    await look()
    expect(taken).toEqual([first.cert, second.cert])
    expect(lines.map((line) => line.split(':')[0])).toEqual([
      'took a serving certificate',
      'took a serving certificate',
    ])
    expect(refused()).toBe(0)
    await stop()
  })

  const other = authority.certificate()
  const expired = testAuthority('old', now - 7_200_000).certificate()
  it.each([
    ['another key', { key: other.key }, 'certificate and key do not belong together'],
    ['no certificate', { cert: 'hello' }, 'the certificate is no PEM of a certificate'],
    ['half of one', { cert: other.cert.slice(0, 200) }, 'the certificate is no PEM of a certificate'],
    ['no key', { key: '' }, 'the key is no PEM of a private key'],
    ['an expired one', expired, 'the certificate expired at 2025-12-31T23:00:00.000Z'],
  ])('keeps the old one when it finds %s, and tells so once', async (_what, bad, why) => {
    const good = authority.certificate()
    await write(good)
    const { files, look, looked, stop, taken, lines, refused } = follow()
    await looked()
    await write({ ...good, ...bad })
    for (let i = 0; i < 4; i++) await look()
    expect(files.current()?.cert).toBe(good.cert)
    expect(files.problem()).toBe(
      `${why.startsWith('the key') ? `${why}, or one with a passphrase` : why} (${inFolder('tls.crt')}, ${inFolder('tls.key')})`,
    )
    expect(lines.slice(1)).toEqual([
      expect.stringContaining(`a new serving certificate cannot be taken, the old one stays: {"why":"${why}`),
    ])
    expect(lines.join()).not.toContain('PRIVATE KEY')
    expect(refused()).toBe(1)
    await write(good)
    await look()
    expect(files.problem()).toBeUndefined()
    expect(taken).toEqual([good.cert])
    await stop()
  })

  it('takes one that is not valid yet when it is, and keeps the old one until then', async () => {
    const [good, early] = [authority.certificate(), testAuthority('early', now + hourMs + 3000).certificate()]
    await write(good)
    const { files, look, looked, stop, taken, lines, refused } = follow()
    await looked()
    await write(early)
    await look()
    await look()
    expect(files.current()?.cert).toBe(good.cert)
    const why = 'the certificate is not valid before 2026-01-01T00:00:03.000Z'
    expect(files.problem()).toBe(`${why} (${inFolder('tls.crt')}, ${inFolder('tls.key')})`)
    expect(lines.slice(1)).toEqual([
      expect.stringContaining(`a new serving certificate cannot be taken, the old one stays: {"why":"${why}`),
    ])
    expect(refused()).toBe(1)
    await look()
    expect(taken).toEqual([good.cert, early.cert])
    expect(files.problem()).toBeUndefined()
    expect(refused()).toBe(1)
    await stop()
  })

  it('waits for the first one to become valid', async () => {
    const early = testAuthority('early', now + hourMs + 2000).certificate()
    await write(early)
    const { files, look, looked, stop, taken, lines } = follow()
    await looked()
    await look()
    expect(files.current()).toBeUndefined()
    expect(lines).toEqual([
      expect.stringMatching(/^waiting for a serving certificate: .*is not valid before /),
    ])
    await look()
    expect(taken).toEqual([early.cert])
    await stop()
  })

  it('keeps the old one when the files go away', async () => {
    const good = authority.certificate()
    await write(good)
    const { files, look, looked, stop, refused } = follow()
    await looked()
    await rm(inFolder('tls.key'))
    await look()
    await look()
    expect(files.current()?.cert).toBe(good.cert)
    expect(files.problem()).toContain('no such file')
    expect(refused()).toBe(1)
    await stop()
  })

  it('ends when it is told to', async () => {
    const { stop, looked } = follow()
    await looked()
    await stop()
  })
})

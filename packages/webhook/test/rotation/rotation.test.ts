import { X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { testAuthority } from '../test-certificates.ts'
import { MountedSecret } from './mounted-secret.ts'
import { SteadyLoad } from './steady-load.ts'
import { WebhookProcess } from './webhook-process.ts'

const perSecond = 200
const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end()
})

const authority = testAuthority('old CA', Date.now())

/** Two replicas with the same mounted Secret, and its folder. */
const twoReplicas = async (): Promise<{
  readonly mounted: MountedSecret
  readonly first: WebhookProcess
  readonly second: WebhookProcess
}> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'odfmo-rotation-'))
  ends.push(() => rmSync(folder, { recursive: true, force: true }))
  const mounted = new MountedSecret(folder, authority.certificate())
  const [first, second] = await Promise.all([WebhookProcess.start(mounted), WebhookProcess.start(mounted)])
  for (const replica of [first, second]) {
    ends.push(async () => {
      replica.terminate()
      await replica.ended
    })
  }
  return { mounted, first, second }
}

const loaded = (load: SteadyLoad): SteadyLoad => {
  ends.push(() => load.end())
  return load
}

it('a steady load on two replicas loses no request while their certificate files are replaced, its CA too', async () => {
  const { mounted, first, second } = await twoReplicas()
  const next = testAuthority('new CA', Date.now())
  const trusted = authority.pem + next.pem
  const load = loaded(new SteadyLoad({ perSecond, targets: [first, second], trusted: () => trusted }))
  await load.until(() => load.shownBy(first).size === 1 && load.shownBy(second).size === 1)
  const rotated = [authority.certificate(), next.certificate(), next.certificate()]
  for (const certificate of rotated) {
    mounted.replace(certificate)
    const { fingerprint256 } = new X509Certificate(certificate.cert)
    await load.until(() => [first, second].every((replica) => load.shownBy(replica).has(fingerprint256)))
  }
  const { answered } = load
  await load.until(() => load.answered >= answered + perSecond)
  await load.end()
  expect(load.failures).toEqual([])
  expect(load.answered).toBe(load.sent)
  expect([first, second].map((replica) => load.shownBy(replica).size)).toEqual([4, 4])
})

it('a replica that is asked to end answers what comes on its connections, closes them, and loses no request', async () => {
  const { first, second } = await twoReplicas()
  const load = loaded(new SteadyLoad({ perSecond, targets: [first, second], trusted: () => authority.pem }))
  await load.until(() => load.answered >= perSecond)
  // As a Service: first nobody connects to it any more, then it is asked.
  load.leave(first)
  await load.until(() => !load.isConnecting(first))
  first.terminate()
  expect(await first.ended).toBe(0)
  expect(load.closing).toBeGreaterThan(0)
  const { answered } = load
  await load.until(() => load.answered >= answered + perSecond)
  await load.end()
  expect(load.failures).toEqual([])
  expect(load.answered).toBe(load.sent)
})

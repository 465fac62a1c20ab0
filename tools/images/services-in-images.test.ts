import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { mirrorPeerCrd } from '@odfmo/api-types'
import { hubCrds, namespace, spokeCrds, startCluster, type InMemoryCluster } from '@odfmo/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { hubNamespace } from '../demo/world/names.ts'
import { assembleImages } from './assemble-images.ts'
import { imageServices, nodePath, user, type ImageService } from './image-services.ts'
import { findConfinement, type Confinement } from './test/confinement.ts'
import { startConfined, withMountPoints, type ConfinedService } from './test/confined-service.ts'

const found = findConfinement()
const confinement: Confinement = typeof found === 'string' ? { name: '', command: () => [found] } : found
/** OpenShift gives pods numbers such as this, of which no file knows anything. */
const openShiftUser = 1_000_650_000

/** Prints how many files and folders there are, and which of them this user could change, or make something in. */
const whatIsWritable = `
  const { accessSync, constants, readdirSync, writeFileSync } = require('node:fs')
  const can = (action) => { try { action(); return true } catch { return false } }
  const below = (folder) => readdirSync(folder, { withFileTypes: true })
    .map((one) => ({ place: folder + one.name, isFolder: one.isDirectory() }))
    .filter(({ place }) => place !== '/proc')
    .flatMap(({ place, isFolder }) => [place, ...(isFolder ? below(place + '/') : [])])
  const all = ['/', ...below('/')]
  const writable = all.filter((place) =>
    can(() => accessSync(place, constants.W_OK)) || can(() => writeFileSync(place + '/made', '')))
  console.log(JSON.stringify({ seen: all.length, writable }))`

const storageNamespace = 'openshift-storage'
const kubeconfig = '/run/kubeconfig'
const hubKubeconfig = '/var/run/hub/kubeconfig'
const inHub = { POD_NAMESPACE: hubNamespace, KUBECONFIG: kubeconfig }

/** What its Deployment says, but for the addresses. */
const deployments: Readonly<
  Record<string, { readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> }>
> = {
  'hub-controller': {
    args: ['--leader-elect'],
    env: { ...inHub, TOKEN_EXCHANGE_IMAGE: 'example.com/odfmo/token-exchange-agent:1' },
  },
  'token-exchange-agent': {
    args: [
      'tokenexchange',
      `--hub-kubeconfig=${hubKubeconfig}`,
      '--cluster-name=cluster1',
      `--namespace=${storageNamespace}`,
      '--mode=async',
    ],
    env: { KUBECONFIG: kubeconfig },
  },
  webhook: { args: ['--self-signed', '--host=127.0.0.1', '--port=0'], env: inHub },
  'console-init': { args: ['--leader-elect'], env: inHub },
}

describe.skipIf(typeof found === 'string')(
  `in the root file system of its image (by ${typeof found === 'string' ? `nothing: skipped, ${found}` : found.name})`,
  () => {
    let folder: string
    let hub: InMemoryCluster
    let spoke: InMemoryCluster
    let service: ConfinedService | undefined

    beforeAll(async () => {
      folder = mkdtempSync(path.join(tmpdir(), 'odfmo-images-'))
      // Whoever runs in it has to get there.
      chmodSync(folder, 0o755)
      assembleImages({ services: imageServices, folder, madeAt: new Date(0) })
      for (const { name } of imageServices) withMountPoints(path.join(folder, name))
      hub = await startCluster({ name: 'hub', crds: [mirrorPeerCrd, ...hubCrds] })
      spoke = await startCluster({ name: 'cluster1', crds: spokeCrds })
      await hub.apply(namespace(hubNamespace), namespace('cluster1'))
      await spoke.apply(namespace(storageNamespace))
    })
    afterEach(() => {
      service?.kill()
      service = undefined
    })
    afterAll(async () => {
      await hub?.stop()
      await spoke?.stop()
      rmSync(folder, { recursive: true, force: true })
    })

    const run = (name: string, as: number, argv: readonly string[]): string => {
      const [program, ...args] = confinement.command(path.join(folder, name), as, argv)
      const { status, stdout, stderr } = spawnSync(program, args, {
        encoding: 'utf8',
        env: { PATH: process.env['PATH'] },
      })
      expect(status, stderr).toBe(0)
      expect(stderr).toBe('')
      return stdout
    }

    it.each(imageServices)(
      '$name says its version and its flags, to whatever user',
      ({ name, entrypoint }) => {
        expect(run(name, user.id, [...entrypoint, '--version'])).toMatch(new RegExp(`^${name} \\S+\n$`))
        expect(run(name, openShiftUser, [...entrypoint, '--help'])).toContain('--kubeconfig')
      },
    )

    it('a name is looked up in the hosts file that a pod is given, though there is no DNS', () => {
      const [{ name }] = imageServices
      writeFileSync(path.join(folder, name, 'etc/hosts'), '127.0.0.9 api.cluster1.example\n')
      const lookUp = `require('node:dns').lookup('api.cluster1.example', (error, address) => console.log(error ?? address))`
      expect(run(name, user.id, [nodePath, '-e', lookUp])).toBe('127.0.0.9\n')
    })

    it.each(imageServices)('$name may write nowhere', ({ name }) => {
      const { seen, writable } = JSON.parse(run(name, user.id, [nodePath, '-e', whatIsWritable])) as {
        readonly seen: number
        readonly writable: readonly string[]
      }
      expect(writable).toEqual([])
      expect(seen).toBeGreaterThan(30)
    })

    it.each(imageServices)(
      '$name gets ready as in a cluster, and ends with 0 when it is asked to',
      async ({ name, entrypoint }: ImageService) => {
        const { args, env } = deployments[name] ?? { args: [], env: {} }
        service = await startConfined({
          confinement,
          folder: path.join(folder, name),
          user: user.id,
          argv: [...entrypoint, ...args],
          env,
          mounted: {
            [kubeconfig]: (name === 'token-exchange-agent' ? spoke : hub).kubeconfig(),
            [hubKubeconfig]: hub.kubeconfig(),
          },
        })
        await service.untilReady()
        const { code, output } = await service.stop()
        expect(code, output).toBe(0)
        expect(output).toContain('"stopped"')
      },
    )
  },
)

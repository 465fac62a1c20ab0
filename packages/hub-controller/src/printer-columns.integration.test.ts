import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { kinds } from '@odfmo/api-types'
import { eventually } from '@odfmo/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { blue, s3 } from './test/builders.ts'
import { conditionOf, peer } from './test/hub-cluster.ts'
import { asCreated, one, scene, two, type Scene } from './test/scene.ts'

/** Where the real control plane's programs are, else what the machine has. */
const program = path.join(process.env['KUBEBUILDER_ASSETS'] ?? '', 'kubectl')

const hasKubectl = (() => {
  try {
    execFileSync(program, ['version', '--client'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

// skipped, not passed, where kubectl is not installed
describe.skipIf(!hasKubectl)('kubectl get mirrorpeers (skipped where there is no kubectl)', () => {
  let hub: Scene
  const folder = mkdtempSync(path.join(tmpdir(), 'odfmo-columns-'))

  beforeAll(async () => {
    hub = await scene()
    writeFileSync(path.join(folder, 'config'), hub.cluster.kubeconfig())
    await hub.start()
    await hub.create(kinds.MirrorPeer, asCreated())
    // One agent has delivered nothing yet.
    for (const secret of [blue(one), s3(one)]) await hub.create(kinds.Secret, secret)
    await eventually(hub.cluster, async () => {
      const condition = conditionOf(await peer(hub.cluster), 'SecretsExchanged')
      expect(condition?.message).toContain(`the agent of ${two.clusterName} has not delivered`)
      expect(condition?.message).not.toContain(`the agent of ${one.clusterName} has not delivered`)
    })
  })
  afterAll(async () => {
    await hub.end()
    rmSync(folder, { recursive: true, force: true })
  })

  const cells = async (...args: readonly string[]): Promise<readonly (readonly string[])[]> => {
    const { stdout } = await promisify(execFile)(program, ['get', 'mirrorpeers', ...args], {
      env: { ...process.env, KUBECONFIG: path.join(folder, 'config'), HOME: folder },
    })
    return stdout
      .trim()
      .split('\n')
      .map((line) => line.split(/\s{2,}/))
  }

  it('shows who is connected, how far it is, and whether it is ready', async () => {
    const [head, row] = await cells()
    expect(head).toEqual(['NAME', 'TYPE', 'CLUSTER', 'PEER', 'PHASE', 'READY', 'AGE'])
    expect(row?.slice(0, -1)).toEqual([
      'mirrorpeer-sample',
      'async',
      'cluster1',
      'cluster2',
      'ExchangingSecret',
      'False',
    ])
  })

  it('shows with -o wide the reason to look up and what is missing', async () => {
    const [head] = await cells('-o', 'wide')
    expect(head).toEqual([
      'NAME',
      'TYPE',
      'CLUSTER',
      'PEER',
      'PHASE',
      'READY',
      'S3',
      'REASON',
      'MESSAGE',
      'AGE',
    ])
    // The hub may be about to say more.
    await eventually(hub.cluster, async () => {
      const [, row] = await cells('-o', 'wide')
      const ready = conditionOf(await peer(hub.cluster), 'Ready')
      expect(row?.slice(5, -1)).toEqual(['False', 'true', ready?.reason, ready?.message])
    })
  })

  it('says it all in describe: conditions with reason and message', async () => {
    const { stdout } = await promisify(execFile)(program, ['describe', 'mirrorpeer', 'mirrorpeer-sample'], {
      env: { ...process.env, KUBECONFIG: path.join(folder, 'config'), HOME: folder },
    })
    expect(stdout).toMatch(/Reason:\s+NoBlueSecret/)
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'in namespace cluster2: the agent of cluster2 has not delivered the peer token of openshift-storage/ocs-storagecluster',
    )
  })
})

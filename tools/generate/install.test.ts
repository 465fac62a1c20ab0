import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { namespace, sameState, startTestCluster, waitForState, type Cluster } from '@odfmo/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { namespaceOf, overlays } from './kustomize/overlays.ts'
import { hasKubectl, kubectl, type KubectlRun } from './test/kubectl.ts'
import { prometheusCrds } from './test/prometheus-crds.ts'
import { settled } from './test/settled.ts'

const restricted = Object.fromEntries(
  ['enforce', 'warn', 'audit'].map((mode) => [`pod-security.kubernetes.io/${mode}`, 'restricted']),
)

describe.skipIf(!hasKubectl).each(overlays)(
  'kubectl with deploy/overlays/%s (skipped without it)',
  (overlay) => {
    const folder = `deploy/overlays/${overlay}`
    let cluster: Cluster
    let home = ''

    beforeEach(async () => {
      home = mkdtempSync(path.join(tmpdir(), 'install-'))
      cluster = await startTestCluster({ crds: overlay === 'openshift' ? prometheusCrds : [] })
      writeFileSync(path.join(home, 'config'), cluster.kubeconfig(), { mode: 0o600 })
      // There already, and as strict as any.
      if (overlay === 'openshift')
        await cluster.apply(namespace(namespaceOf.openshift, { metadata: { labels: restricted } }))
    })
    afterEach(async () => {
      await cluster.stop()
      rmSync(home, { recursive: true, force: true })
    })

    const run = (...args: string[]): Promise<KubectlRun> => kubectl(args, home)

    it.each([['--server-side=false'], ['--server-side']])(
      'apply %s goes without a warning, again without a change, and delete leaves nothing',
      async (flag) => {
        const before = await settled(cluster)

        // Fields that the server does not know are refused.
        const first = await run('apply', flag, '--validate=strict', '-k', folder)
        expect([first.code, first.errors]).toEqual([0, ''])

        const installed = await settled(cluster)
        const second = await run('apply', flag, '-k', folder)
        expect([second.code, second.errors]).toEqual([0, ''])
        expect(sameState(installed, await settled(cluster))).toEqual([])

        // What lies in a namespace goes with it, often before kubectl comes to it.
        const deleted = await run('delete', '--ignore-not-found', '-k', folder)
        expect([deleted.code, deleted.errors]).toEqual([0, ''])
        await waitForState(cluster, before)
      },
    )
  },
)

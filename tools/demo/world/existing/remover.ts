import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Credentials, isNotFound, KubeClient } from '@odfmo/controller-kit'
import type { Cluster, KubeObject } from '@odfmo/testkit'

/** Deletes objects as an administrator. */
export interface Remover {
  /** The table is `group/plural`. An object that is gone already is no error. */
  remove(table: string, object: KubeObject, how: { readonly finalizersToo: boolean }): Promise<void>
  close(): Promise<void>
}

export async function connect(cluster: Cluster): Promise<Remover> {
  const folder = mkdtempSync(path.join(tmpdir(), 'odfmo-demo-clean-up-'))
  const kubeconfig = path.join(folder, 'kubeconfig')
  writeFileSync(kubeconfig, cluster.kubeconfig(), { mode: 0o600 })
  const credentials = await Credentials.load({ kubeconfig }).finally(() =>
    rmSync(folder, { recursive: true, force: true }),
  )
  const client = new KubeClient({
    cluster: cluster.name,
    component: 'demo',
    version: '0.0.0',
    credentials,
    rateLimit: false,
  })
  const orGone = async (request: Promise<unknown>): Promise<void> => {
    await request.catch((error: unknown) => {
      if (!isNotFound(error)) throw error
    })
  }
  return {
    async remove(table, object, { finalizersToo }) {
      const where = pathOf(table, object)
      // No grace: a Pod here has no kubelet any more that would confirm its end.
      const body = { propagationPolicy: 'Background', gracePeriodSeconds: 0 }
      await orGone(client.raw('DELETE', where, { body }))
      if (!finalizersToo || (object.metadata.finalizers ?? []).length === 0) return
      const contentType = 'application/merge-patch+json'
      await orGone(client.raw('PATCH', where, { body: { metadata: { finalizers: null } }, contentType }))
    },
    close: () => client.close(),
  }
}

function pathOf(table: string, { apiVersion, metadata: { namespace, name = '' } }: KubeObject): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  const scope = namespace === undefined ? '' : `/namespaces/${namespace}`
  return `${root}${scope}/${table.split('/')[1] ?? table}/${encodeURIComponent(name)}`
}

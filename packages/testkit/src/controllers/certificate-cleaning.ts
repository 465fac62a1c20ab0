import { listAt, textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import type { Api } from '../verbs/api.ts'
import { deleteObject } from '../verbs/delete-object.ts'
import { runInBackground } from '../verbs/verb.ts'
import { controllerOptions } from './controller.ts'
import type { Controller } from './controller.ts'

const table = 'certificates.k8s.io/certificatesigningrequests'
const hourMs = 3_600_000

/** How long a request stays after it was decided, and while nobody decides it: the controller manager's own values. */
const decidedMs = hourMs
const pendingMs = 24 * hourMs
const lookEveryMs = hourMs

const isOver = (csr: KubeObject, now: number): boolean => {
  const decided = listAt(csr, 'status', 'conditions').filter((condition) =>
    ['Approved', 'Denied', 'Failed'].includes(textAt(condition, 'type')),
  )
  if (decided.length === 0) return now - Date.parse(csr.metadata.creationTimestamp ?? '') > pendingMs
  return decided.some((condition) => now - Date.parse(textAt(condition, 'lastUpdateTime')) > decidedMs)
}

/** Takes away signing requests that were decided an hour ago, or that nobody decided within a day. */
export const certificateCleaning = (api: Api): Controller => {
  const clean = (): void => {
    const resource = api.registry.storedIn(table)
    if (resource === undefined) return
    for (const stored of [...api.store.table(table).entries.values()]) {
      if (!isOver(stored.read(), api.clock.now())) continue
      const target = { resource, namespace: '', name: stored.name, subresource: '' }
      runInBackground(deleteObject(api, target, {}, controllerOptions))
    }
  }
  let cancel = (): void => undefined
  const plan = (): void => {
    cancel = api.clock.after(lookEveryMs, () => {
      clean()
      plan()
    })
  }
  plan()
  return { stop: () => cancel() }
}

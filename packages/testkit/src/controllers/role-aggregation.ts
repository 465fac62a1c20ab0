import { isJsonObject, jsonEqual, listAt, recordAt } from '../kube-object.ts'
import { matchesSelectorObject } from '../selectors/selector-object.ts'
import type { Api } from '../verbs/api.ts'
import { changeObject } from '../verbs/update-object.ts'
import { controllerOptions, keyedWork } from './controller.ts'
import type { Controller } from './controller.ts'

const table = 'rbac.authorization.k8s.io/clusterroles'

/** Fills ClusterRoles that have an aggregationRule with the rules of those it selects. */
export const roleAggregation = (api: Api): Controller => {
  const { store, registry } = api
  const aggregates = new Set<string>()
  const queue = keyedWork((name) => {
    const resource = registry.find('rbac.authorization.k8s.io', 'v1', 'clusterroles')
    const role = store.get(table, '', name)?.read()
    if (resource === undefined || role === undefined) return
    const selectors = listAt(role, 'aggregationRule', 'clusterRoleSelectors')
    const rules: unknown[] = []
    for (const key of store.table(table).sortedKeys()) {
      const other = store.table(table).get(key)
      if (
        other === undefined ||
        key === name ||
        !selectors.some((selector) => matchesSelectorObject(selector, other.labels))
      )
        continue
      for (const rule of listAt(other.read(), 'rules'))
        if (!rules.some((known) => jsonEqual(known, rule))) rules.push(rule)
    }
    if (jsonEqual(rules, listAt(role, 'rules'))) return
    changeObject(
      api,
      { resource, namespace: '', name, subresource: '' },
      (old) => ({ ...old, rules }),
      controllerOptions,
    )
  })
  const look = (name: string): void => {
    const stored = store.get(table, '', name)
    if (
      stored !== undefined &&
      stored.json.includes('"aggregationRule"') &&
      isJsonObject(recordAt(stored.read())['aggregationRule'])
    )
      aggregates.add(name)
    else aggregates.delete(name)
    for (const aggregate of aggregates) queue.add(aggregate)
  }
  const unsubscribe = store.table(table).subscribe(({ current }) => look(current.name))
  for (const name of store.table(table).sortedKeys()) look(name)
  return {
    stop() {
      unsubscribe()
      queue.stop()
    },
  }
}

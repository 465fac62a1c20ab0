import { isJsonObject, jsonEqual, listAt, recordAt } from '../kube-object.ts'
import { matchesSelectorObject } from '../selectors/selector-object.ts'
import type { Api } from '../verbs/api.ts'
import type { WriteOptions } from '../verbs/api.ts'
import { applyObject } from '../verbs/apply-object.ts'
import type { Verb } from '../verbs/verb.ts'
import { controllerOptions, keyedWork } from './controller.ts'
import type { Controller } from './controller.ts'

const table = 'rbac.authorization.k8s.io/clusterroles'

/** It owns the rules of what it fills, whoever had them before. */
const aggregationOptions: WriteOptions = {
  ...controllerOptions,
  sent: {
    kind: 'PatchOptions',
    fieldManager: 'clusterrole-aggregation-controller',
    fieldValidation: '',
    userAgent: '',
    more: { force: true },
  },
}

/** Fills ClusterRoles that have an aggregationRule with the rules of those it selects. */
export const roleAggregation = (api: Api): Controller => {
  const { store, registry } = api
  const aggregates = new Set<string>()
  const queue = keyedWork(function* (name): Verb<void> {
    const resource = registry.find('rbac.authorization.k8s.io', 'v1', 'clusterroles')
    const role = store.get(table, '', name)?.read()
    if (resource === undefined || !isJsonObject(role?.['aggregationRule'])) return
    const selectors = listAt(role, 'aggregationRule', 'clusterRoleSelectors')
    const rules: unknown[] = []
    const others = store
      .table(table)
      .sortedKeys()
      .filter((key) => key !== name)
      .flatMap((key) => store.table(table).get(key) ?? [])
    for (const selector of selectors)
      for (const other of others)
        if (matchesSelectorObject(selector, other.labels))
          for (const rule of listAt(other.read(), 'rules'))
            if (!rules.some((known) => jsonEqual(known, rule))) rules.push(rule)
    if (jsonEqual(rules, listAt(role, 'rules'))) return
    const target = { resource, namespace: '', name, subresource: '' }
    const config = {
      apiVersion: role.apiVersion,
      kind: role.kind,
      metadata: { name },
      ...(rules.length === 0 ? {} : { rules }),
    }
    yield* applyObject(api, target, Buffer.from(JSON.stringify(config)), aggregationOptions)
  }, api.clock)
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

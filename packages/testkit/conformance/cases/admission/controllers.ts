import { randomUUID } from 'node:crypto'
import type { CaseApi } from '../../case-api.ts'
import type { Cases } from '../../conformance-case.ts'
import { configMap, denied, mutatingPath, quiet, rule, validatingPath, withWebhooks } from './webhook.ts'

const labelled = (api: CaseApi, name: string, more: object = {}) => ({
  ...configMap(name),
  metadata: { name, labels: { case: api.namespace }, ...more },
})

const deletions = (api: CaseApi, namespaceSelector: object = {}) => ({
  rules: [rule(['DELETE'], ['configmaps'])],
  objectSelector: { matchLabels: { case: api.namespace } },
  namespaceSelector,
})

const owner = ({ body }: { readonly body: { metadata: { name: string; uid: string } } }) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  name: body.metadata.name,
  uid: body.metadata.uid,
})

interface Asked {
  readonly [field: string]: unknown
  readonly userInfo: { readonly username: string }
}

/** Fields that say who asks what. */
const asked = ({ operation, name, namespace, oldObject, options, userInfo }: Asked) => ({
  operation,
  name,
  namespace,
  oldObject,
  options,
  userInfo: { username: userInfo.username },
})

/** What controllers do meets webhooks as well. */
export const controllers: Cases = {
  'the garbage collector asks before it deletes what has lost its owner': (api) =>
    withWebhooks(
      api,
      { validating: [{ name: 'one', fields: deletions(api) }] },
      async (hooks) => {
        const made = await api.post(api.in('configmaps'), labelled(api, 'owner'))
        await api.post(api.in('configmaps'), labelled(api, 'owned', { ownerReferences: [owner(made)] }))
        await api.delete(api.in('configmaps', 'owner'))
        await api.until(api.in('configmaps', 'owned'), ({ status }) => status === 404)
        hooks.record(asked)
      },
      { everybody: true },
    ),
  'what the garbage collector is denied it tries again': (api) => {
    let isAllowed = false
    return withWebhooks(
      api,
      {
        validating: [
          {
            name: 'one',
            fields: deletions(api),
            answer: ({ name }) => {
              if (name !== 'owned' || isAllowed) return { response: {} }
              isAllowed = true
              return denied('not yet')
            },
          },
        ],
      },
      async () => {
        const made = await api.post(api.in('configmaps'), labelled(api, 'owner'))
        await api.post(api.in('configmaps'), labelled(api, 'owned', { ownerReferences: [owner(made)] }))
        await api.delete(api.in('configmaps', 'owner'))
        await api.until(api.in('configmaps', 'owned'), ({ status }) => status === 404)
      },
      { everybody: true },
    )
  },
  'an orphan is changed by a patch of the garbage collector, which is told': (api) =>
    withWebhooks(
      api,
      {
        validating: [
          { name: 'one', fields: { ...deletions(api), rules: [rule(['UPDATE', 'DELETE'], ['configmaps'])] } },
        ],
      },
      async (hooks) => {
        const made = await api.post(api.in('configmaps'), labelled(api, 'owner'))
        await api.post(api.in('configmaps'), labelled(api, 'owned', { ownerReferences: [owner(made)] }))
        hooks.called()
        await api.delete(api.in('configmaps', 'owner'), {
          apiVersion: 'v1',
          kind: 'DeleteOptions',
          propagationPolicy: 'Orphan',
        })
        await api.until(api.in('configmaps', 'owner'), ({ status }) => status === 404)
        hooks.record((request) => {
          const { operation, name, userInfo } = asked(request)
          return { operation, name, userInfo }
        })
      },
      { everybody: true },
    ),
  'a namespace that is emptied asks about each object, and says why it is not empty': (api) => {
    let isAllowed = false
    const name = api.unique('emptied')
    const selector = { matchLabels: { 'kubernetes.io/metadata.name': name } }
    return withWebhooks(
      api,
      {
        validating: [
          {
            name: 'one',
            fields: deletions(api, selector),
            answer: () => (isAllowed ? { response: {} } : denied('not yet')),
          },
        ],
      },
      async (hooks) => {
        const path = `/api/v1/namespaces/${name}`
        await api.post(
          '/api/v1/namespaces',
          { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
          quiet,
        )
        await api.post(`${path}/configmaps`, labelled(api, 'a'))
        await api.delete(path, undefined, { show: (body) => body.status })
        await api.until(
          path,
          ({ body }) =>
            body.status.conditions?.some(
              ({ type, status }: { type: string; status: string }) =>
                type === 'NamespaceDeletionContentFailure' && status === 'True',
            ),
          { show: (body) => body.status },
        )
        isAllowed = true
        await api.until(path, ({ status }) => status === 404)
        // what is denied is tried as often as it takes
        const seen = new Set<string>()
        hooks.record((request) => {
          const told = { ...asked(request), attempt: undefined }
          const text = JSON.stringify(told)
          if (seen.has(text)) return undefined
          seen.add(text)
          return told
        })
      },
      { everybody: true },
    )
  },
  'finalizers that hold an object are no reason not to ask at the first delete, and their end is an update': (
    api,
  ) =>
    withWebhooks(
      api,
      {
        validating: [
          { name: 'one', fields: { ...deletions(api), rules: [rule(['UPDATE', 'DELETE'], ['configmaps'])] } },
        ],
      },
      async (hooks) => {
        await api.post(api.in('configmaps'), labelled(api, 'a', { finalizers: ['example.com/f'] }))
        await api.delete(api.in('configmaps', 'a'))
        hooks.record(asked)
        await api.delete(api.in('configmaps', 'a'))
        hooks.record(asked)
        await api.patch(api.in('configmaps', 'a'), 'merge', { metadata: { finalizers: null } })
        hooks.record(asked)
        ;(await api.get(api.in('configmaps', 'a'))).is(404)
      },
    ),
  'a webhook that comes, changes and goes': async (api) => {
    const name = api.unique('comes')
    await withWebhooks(api, { mutating: [{ name: 'one', answer: () => denied('one') }] }, async () => {
      ;(await api.post(api.in('configmaps'), configMap('a'))).is(400)
      const path = `${mutatingPath}/${api.unique('mutating')}`
      const found = await api.ask('GET', path)
      const [first, second] = found.body.webhooks
      await api.put(
        path,
        { ...found.body, webhooks: [first, { ...second, objectSelector: { matchLabels: { none: 'x' } } }] },
        quiet,
      )
      for (let tries = 0; tries < 200; tries += 1) {
        const { status } = await api.ask(
          'POST',
          `${api.in('configmaps')}?dryRun=All`,
          configMap(randomUUID()),
        )
        if (status === 201) break
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      ;(await api.post(api.in('configmaps'), configMap('a'))).is(201)
      ;(await api.delete(path)).is(200)
      ;(await api.delete(`${validatingPath}/${name}`)).is(404)
    })
  },
}

import type { Answer } from '../../answer.ts'
import type { CaseApi } from '../../case-api.ts'
import type { Cases } from '../../conformance-case.ts'
import { configMap, rule, withWebhooks } from './webhook.ts'
import type { Hook } from './webhook.ts'

/** Resolves for everybody when so many have come. */
const meeting = (count: number): (() => Promise<void>) => {
  let missing = count
  let begin = (): void => undefined
  const all = new Promise<void>((resolve) => (begin = resolve))
  return () => {
    missing -= 1
    if (missing === 0) begin()
    return all
  }
}

/** A webhook that answers creations when all of them are under way. */
const together = (count: number, resource: string, group = ''): Hook => {
  const met = meeting(count)
  return {
    name: 'one',
    fields: { rules: [rule(['CREATE', 'UPDATE'], [resource], group)] },
    async answer({ operation }: { operation: string }) {
      if (operation === 'CREATE') await met()
      return { response: {} }
    },
  }
}

const fieldsOf = (answers: readonly Answer[]): unknown =>
  answers.map(({ status, body }) => ({ status, reason: body.reason })).toSorted((a, b) => a.status - b.status)

const lease = (holderIdentity: string) => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'a' },
  spec: { holderIdentity },
})

const applied = (api: CaseApi, manager: string): Promise<Answer> =>
  api.patch(
    `${api.in('configmaps', 'a')}?fieldManager=${manager}`,
    'apply',
    configMap('a', { data: { [manager]: '1' } }),
    { show: () => undefined },
  )

/** Several writers while webhooks are slow. */
export const races: Cases = {
  'of two creations that webhooks hold up one is refused': (api) =>
    withWebhooks(api, { validating: [together(2, 'configmaps')] }, async () => {
      const create = (): Promise<Answer> => api.ask('POST', api.in('configmaps'), configMap('a'))
      api.note('answers', fieldsOf(await Promise.all([create(), create()])))
    }),
  'of two applies that webhooks hold up one creates, the other changes what is there then': (api) => {
    const met = meeting(2)
    let end = (): void => undefined
    const isCreated = new Promise<void>((resolve) => (end = resolve))
    const hook: Hook = {
      name: 'one',
      fields: { rules: [rule(['CREATE', 'UPDATE'], ['configmaps'])] },
      async answer({ operation, options }: { operation: string; options: { fieldManager: string } }) {
        if (operation !== 'CREATE') return { response: {} }
        await met()
        if (options.fieldManager === 'two') await isCreated
        return { response: {} }
      },
    }
    return withWebhooks(api, { validating: [hook] }, async () => {
      const second = applied(api, 'two')
      ;(await applied(api, 'one')).is(201)
      end()
      ;(await second).is(200)
      await api.get(api.in('configmaps', 'a'), { show: ({ data }) => data })
    })
  },
  'of two PUTs of what is not there, held up by webhooks, one creates': (api) =>
    withWebhooks(api, { mutating: [together(2, 'leases', 'coordination.k8s.io')] }, async () => {
      const path = api.in('coordination.k8s.io/v1/leases', 'a')
      const put = (holder: string): Promise<Answer> => api.ask('PUT', path, lease(holder))
      api.note('answers', fieldsOf(await Promise.all([put('one'), put('two')])))
    }),
  'an apply whose object goes while webhooks are asked creates it': (api) => {
    let isGone = false
    return withWebhooks(
      api,
      {
        validating: [
          {
            name: 'one',
            fields: { rules: [rule(['CREATE', 'UPDATE'], ['configmaps'])] },
            async answer({ operation }: { operation: string }) {
              if (operation === 'UPDATE' && !isGone) {
                isGone = true
                await api.ask('DELETE', api.in('configmaps', 'a'))
              }
              return { response: {} }
            },
          },
        ],
      },
      async (hooks) => {
        await api.post(api.in('configmaps'), configMap('a'))
        hooks.called()
        api.note('answers', fieldsOf([await applied(api, 'one')]))
        await api.get(api.in('configmaps', 'a'), { show: ({ data }) => data })
        hooks.record(({ operation }) => operation)
      },
    )
  },
  'a patch or PUT whose object goes while webhooks are asked finds nothing': (api) => {
    return withWebhooks(
      api,
      {
        validating: [
          {
            name: 'one',
            fields: { rules: [rule(['UPDATE'], ['configmaps'])] },
            async answer({ name }: { name: string }) {
              await api.ask('DELETE', api.in('configmaps', name))
              return { response: {} }
            },
          },
        ],
      },
      async () => {
        for (const name of ['a', 'b']) await api.post(api.in('configmaps'), configMap(name))
        await api.patch(api.in('configmaps', 'a'), 'merge', { data: { b: '2' } })
        await api.put(api.in('configmaps', 'b'), configMap('b', { data: { b: '2' } }))
      },
    )
  },
}

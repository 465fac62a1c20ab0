import type { Cases } from '../../conformance-case.ts'
import { binding, bindings, policies, policy } from './policy.ts'

const yes = { expression: 'true' }

export const kinds: Cases = {
  'a policy gets its defaults': async (api) => {
    const made = await api.post(policies, policy(api, { validations: [yes] }))
    made.is(201, { spec: { failurePolicy: 'Fail', matchConstraints: { matchPolicy: 'Equivalent' } } })
    ;(await api.get(`${policies}/${api.unique('rule')}`)).is(200)
  },

  'a binding gets its defaults': async (api) => {
    const match = {
      matchResources: {
        resourceRules: [{ operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*'] }],
      },
    }
    ;(await api.post(bindings, binding(api, 'rule', match))).is(201)
    ;(await api.post(bindings, binding(api, 'other'))).is(201)
  },

  'a generation counts the changes of a policy': async (api) => {
    const path = `${policies}/${api.unique('rule')}`
    ;(await api.post(policies, policy(api, { validations: [yes] }))).is(201)
    const changed = await api.patch(path, 'merge', { spec: { failurePolicy: 'Ignore' } })
    changed.is(200, { metadata: { generation: 2 } })
    const labelled = await api.patch(path, 'merge', { metadata: { labels: { a: 'b' } } })
    labelled.is(200, { metadata: { generation: 2 } })
    const body = policy(api, { validations: [yes] })
    ;(await api.put(path, body)).is(422)
  },

  'the status of a policy is written by itself': async (api) => {
    const path = `${policies}/${api.unique('rule')}`
    const warning = { fieldRef: 'spec.validations[0].expression', warning: 'undefined field' }
    ;(
      await api.post(policies, { ...policy(api, { validations: [yes] }), status: { observedGeneration: 7 } })
    ).is(201)
    const status = { observedGeneration: 1, typeChecking: { expressionWarnings: [warning] } }
    ;(await api.patch(`${path}/status`, 'merge', { status })).is(200)
    ;(
      await api.patch(`${path}/status`, 'merge', { status: { typeChecking: { expressionWarnings: [{}] } } })
    ).is(422)
    ;(await api.patch(path, 'merge', { status: { observedGeneration: 9 } })).is(200, {
      status: { observedGeneration: 1 },
    })
  },

  'policies and bindings are shown as rows of tables': async (api) => {
    ;(
      await api.post(
        policies,
        policy(api, {
          validations: [yes],
          spec: { paramKind: { apiVersion: 'example.com/v1', kind: 'Limit' } },
        }),
      )
    ).is(201)
    ;(
      await api.post(
        bindings,
        binding(api, 'rule', { paramRef: { name: 'limit', parameterNotFoundAction: 'Allow' } }),
      )
    ).is(201)
    const headers = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' }
    const show = ({
      columnDefinitions,
      rows,
    }: {
      columnDefinitions: { name: string; type: string }[]
      rows: { cells: unknown }[]
    }) => ({
      columns: columnDefinitions.map(({ name, type }) => ({ name, type })),
      rows: rows.map(({ cells }) => ({ cells })),
    })
    ;(await api.get(`${policies}/${api.unique('rule')}`, { headers, show })).is(200)
    ;(await api.get(`${bindings}/${api.unique('rule')}`, { headers, show })).is(200)
  },

  'the kinds are discovered': async (api) => {
    const show = ({ resources }: { resources: { name: string }[] }) =>
      resources.filter(({ name }) => name.startsWith('validatingadmissionpolic'))
    ;(await api.get('/apis/admissionregistration.k8s.io/v1', { show })).is(200)
  },
}

import type { Cases } from '../../conformance-case.ts'
import { configMap, denied, withWebhooks } from './webhook.ts'
import type { HookAnswer } from './webhook.ts'

const refusing = (answer: HookAnswer) => ({ validating: [{ name: 'one', answer: () => answer }] })
const status = (fields: object): HookAnswer => ({ response: { allowed: false, status: fields } })

/** What clients are told of what webhooks say. */
export const answers: Cases = {
  'a denial without a word': (api) =>
    withWebhooks(api, refusing({ response: { allowed: false } }), async () => {
      ;(await api.post(api.in('configmaps'), configMap('a'))).is(400)
      ;(await api.get(api.in('configmaps', 'a'))).is(404)
    }),
  'a denial with a message': (api) =>
    withWebhooks(api, refusing(denied('not on a Saturday')), async () => {
      ;(await api.post(api.in('configmaps'), configMap('a'))).is(400, { message: /not on a Saturday$/ })
    }),
  'a denial with a code, a reason and details is answered with them': (api) =>
    withWebhooks(
      api,
      refusing(
        status({
          code: 422,
          reason: 'Invalid',
          message: 'that will not do',
          details: {
            name: 'a',
            kind: 'ConfigMap',
            causes: [{ reason: 'FieldValueInvalid', message: 'bad', field: 'data.a' }],
          },
        }),
      ),
      async () => {
        ;(await api.post(api.in('configmaps'), configMap('a'))).is(422, { reason: 'Invalid' })
      },
    ),
  'a denial with a code of success is a 400, with a reason alone it is the message': (api) =>
    withWebhooks(api, refusing(status({ code: 200, reason: 'Teapot', status: 'Success' })), async () => {
      ;(await api.post(api.in('configmaps'), configMap('a'))).is(400, { reason: 'Teapot' })
    }),
  'a denial with Retry-After details': (api) =>
    withWebhooks(
      api,
      refusing(
        status({ code: 429, reason: 'TooManyRequests', message: 'later', details: { retryAfterSeconds: 7 } }),
      ),
      async () => {
        ;(await api.post(api.in('configmaps'), configMap('a'))).is(429)
      },
    ),
  'an update and a delete are denied too, and change nothing': (api) =>
    withWebhooks(
      api,
      {
        validating: [
          {
            name: 'one',
            answer: ({ operation }) =>
              operation === 'CREATE' ? { response: {} } : denied(`no ${operation}`),
          },
        ],
      },
      async () => {
        const made = await api.post(api.in('configmaps'), configMap('a'))
        ;(await api.put(api.in('configmaps', 'a'), { ...made.body, data: {} })).is(400)
        ;(await api.delete(api.in('configmaps', 'a'))).is(400)
        ;(await api.delete(api.in('configmaps'))).is(400)
        ;(await api.get(api.in('configmaps', 'a'))).is(200, { data: { a: '1' } })
      },
    ),
  'warnings of allowing and denying webhooks reach the client': (api) =>
    withWebhooks(
      api,
      {
        mutating: [{ name: 'first', answer: () => ({ response: { warnings: ['one "quoted"', 'two'] } }) }],
        validating: [
          {
            name: 'then',
            answer: ({ name }) => ({ response: { allowed: name !== 'no', warnings: ['three'] } }),
          },
        ],
      },
      async () => {
        ;(await api.post(api.in('configmaps'), configMap('a'))).is(201)
        ;(await api.post(api.in('configmaps'), configMap('no'))).is(400)
      },
    ),
  'a mutating webhook denies before validation, a validating one after it': (api) =>
    withWebhooks(
      api,
      {
        mutating: [
          {
            name: 'first',
            answer: ({ object }) => (object.data?.no === undefined ? { response: {} } : denied('first')),
          },
        ],
        validating: [{ name: 'then', answer: () => denied('then') }],
      },
      async () => {
        const wrong = { 'not a key': '1' }
        ;(await api.post(api.in('configmaps'), configMap('a', { data: { ...wrong, no: '1' } }))).is(400)
        ;(await api.post(api.in('configmaps'), configMap('a', { data: wrong }))).is(422)
        ;(await api.post(api.in('configmaps'), configMap('a'))).is(400)
      },
    ),
  'what is there already is told after webhooks have allowed it': (api) =>
    withWebhooks(
      api,
      {
        validating: [
          {
            name: 'one',
            answer: ({ object }) => (object?.data?.no === undefined ? { response: {} } : denied('no')),
          },
        ],
      },
      async () => {
        ;(await api.post(api.in('configmaps'), configMap('a'))).is(201)
        ;(await api.post(api.in('configmaps'), configMap('a', { data: { no: '1' } }))).is(400)
        ;(await api.post(api.in('configmaps'), configMap('a'))).is(409)
      },
    ),
}

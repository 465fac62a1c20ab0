import type { CaseApi } from '../../case-api.ts'
import type { Cases } from '../../conformance-case.ts'
import { configMap, denied, expectCalled, patched, withWebhooks } from './webhook.ts'
import type { HookAnswer } from './webhook.ts'

const http = (status: number, body: string, headers: Record<string, string> = {}): HookAnswer => ({
  http: { status, body, headers },
})

const review = (response: unknown, more: Record<string, unknown> = {}): HookAnswer => ({
  review: { kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1', response, ...more },
})

/** The answer to a create that one webhook is asked about. */
const asked = async (
  api: CaseApi,
  kind: 'mutating' | 'validating',
  answer: (request: { uid: string }) => HookAnswer,
  status = 500,
): Promise<void> =>
  withWebhooks(api, { [kind]: [{ name: 'one', answer }] }, async () => {
    ;(await api.post(api.in('configmaps'), configMap('a'))).is(status)
  })

/** Webhooks that do not answer as they should. */
export const failures: Cases = {
  'HTTP 500': (api) => asked(api, 'validating', () => http(500, 'broken')),
  'HTTP 500 without a word': (api) => asked(api, 'mutating', () => http(500, '')),
  'HTTP 404': (api) => asked(api, 'validating', () => http(404, 'nothing here')),
  'HTTP 403 and 401': (api) => asked(api, 'validating', () => http(403, 'not you')),
  'HTTP 503': (api) => asked(api, 'validating', () => http(503, 'later')),
  'a redirect': (api) =>
    asked(api, 'validating', () => http(302, '', { location: 'https://127.0.0.1:1/elsewhere' })),
  'no JSON': (api) => asked(api, 'validating', () => http(200, 'all fine')),
  nothing: (api) => asked(api, 'validating', () => http(200, '')),
  'an object of another kind': (api) =>
    asked(api, 'validating', () => ({ review: { kind: 'ConfigMap', apiVersion: 'v1' } })),
  'an object of no kind': (api) => asked(api, 'validating', () => ({ review: { response: {} } })),
  'a review of another version': (api) =>
    asked(api, 'validating', ({ uid }) =>
      review({ uid, allowed: true }, { apiVersion: 'admission.k8s.io/v1beta1' }),
    ),
  'a review of an unknown version': (api) =>
    asked(api, 'validating', ({ uid }) =>
      review({ uid, allowed: true }, { apiVersion: 'admission.k8s.io/v7' }),
    ),
  'a review without a response': (api) => asked(api, 'validating', () => review(undefined)),
  'another uid': (api) => asked(api, 'validating', () => review({ uid: 'other', allowed: true })),
  'no uid': (api) => asked(api, 'mutating', () => review({ allowed: true })),
  'a field of the wrong type': (api) =>
    asked(api, 'validating', ({ uid }) => review({ uid, allowed: 'yes' })),
  'a patch of a validating webhook': (api) =>
    asked(api, 'validating', () => patched({ op: 'remove', path: '/data' })),
  'a patch without its type': (api) =>
    asked(api, 'mutating', () => ({ response: { patch: Buffer.from('[]').toString('base64') } })),
  'a type without a patch': (api) => asked(api, 'mutating', () => ({ response: { patchType: 'JSONPatch' } })),
  'a patch of an unknown type': (api) =>
    asked(api, 'mutating', () => ({
      response: { patchType: 'MergePatch', patch: Buffer.from('[{}]').toString('base64') },
    })),
  'a patch that is no JSON': (api) =>
    asked(api, 'mutating', () => ({
      response: { patchType: 'JSONPatch', patch: Buffer.from('no').toString('base64') },
    })),
  'a patch that is an object': (api) =>
    asked(api, 'mutating', () => ({
      response: { patchType: 'JSONPatch', patch: Buffer.from('{"data":{}}').toString('base64') },
    })),
  'a patch that does not apply': (api) =>
    asked(api, 'mutating', () => patched({ op: 'remove', path: '/data/missing' })),
  'a patch whose test fails': (api) =>
    asked(api, 'mutating', () => patched({ op: 'test', path: '/data/a', value: '2' })),
  'a patch of an unknown operation': (api) =>
    asked(api, 'mutating', () => patched({ op: 'jump', path: '/data/a', value: '2' })),
  'a patch that makes another type of a field': (api) =>
    asked(api, 'mutating', () => patched({ op: 'replace', path: '/data', value: 7 })),
  'a patch that makes the object invalid': (api) =>
    asked(api, 'mutating', () => patched({ op: 'add', path: '/data/not a key', value: '7' }), 422),
  'a patch of an unknown field is dropped': (api) =>
    asked(api, 'mutating', () => patched({ op: 'add', path: '/unknown', value: '7' }), 201),
  'a patch with a denial': (api) =>
    asked(
      api,
      'mutating',
      () => {
        const { response } = patched({ op: 'add', path: '/data/b', value: '7' }) as { response: object }
        return { response: { ...response, allowed: false } }
      },
      400,
    ),
  'a patch of a delete': (api) =>
    withWebhooks(
      api,
      {
        mutating: [
          {
            name: 'one',
            answer: ({ operation }) =>
              operation === 'DELETE' ? patched({ op: 'add', path: '/data', value: {} }) : { response: {} },
          },
        ],
      },
      async () => {
        await api.post(api.in('configmaps'), configMap('a'))
        ;(await api.delete(api.in('configmaps', 'a'))).is(500)
      },
    ),
  'a failure that is ignored lets the request through': (api) =>
    withWebhooks(
      api,
      {
        mutating: [{ name: 'first', fields: { failurePolicy: 'Ignore' }, answer: () => http(500, 'broken') }],
        validating: [
          { name: 'then', fields: { failurePolicy: 'Ignore' }, answer: () => review({ uid: 'other' }) },
          { name: 'too', fields: { failurePolicy: 'Ignore', clientConfig: { url: 'https://127.0.0.1:1/' } } },
        ],
      },
      async ({ called }) => {
        ;(await api.post(api.in('configmaps'), configMap('a'))).is(201)
        expectCalled(called().toSorted(), 'first', 'then')
      },
    ),
  'what is ignored is a failure, not a denial, nor a patch that does not apply': (api) =>
    withWebhooks(
      api,
      {
        mutating: [
          {
            name: 'first',
            fields: { failurePolicy: 'Ignore' },
            answer: ({ name }) =>
              name === 'bad' ? patched({ op: 'remove', path: '/none' }) : { response: {} },
          },
        ],
        validating: [{ name: 'then', fields: { failurePolicy: 'Ignore' }, answer: () => denied('no') }],
      },
      async () => {
        ;(await api.post(api.in('configmaps'), configMap('a'))).is(400)
        ;(await api.post(api.in('configmaps'), configMap('bad'))).is(500)
      },
    ),
  'nobody listens': (api) =>
    withWebhooks(
      api,
      { validating: [{ name: 'one', fields: { clientConfig: { url: 'https://127.0.0.1:1/path' } } }] },
      async () => {
        ;(await api.post(api.in('configmaps'), configMap('a'))).is(500)
      },
    ),
  'a certificate of another authority': (api) =>
    withWebhooks(api, {}, ({ url }) =>
      withWebhooks(api, {}, ({ caBundle }) =>
        withWebhooks(
          api,
          { validating: [{ name: 'one', fields: { clientConfig: { url: `${url}/one`, caBundle } } }] },
          async () => {
            ;(await api.post(api.in('configmaps'), configMap('a'))).is(500)
          },
        ),
      ),
    ),
  'a certificate for other names': (api) =>
    withWebhooks(
      api,
      { validating: [{ name: 'one' }] },
      async () => {
        ;(await api.post(api.in('configmaps'), configMap('a'))).is(500)
      },
      { hosts: ['a.example.com', 'b.example.com'] },
    ),
  'a certificate for other addresses': (api) =>
    withWebhooks(
      api,
      { validating: [{ name: 'one' }] },
      async () => {
        ;(await api.post(api.in('configmaps'), configMap('a'))).is(500)
      },
      { hosts: ['10.0.0.1', '10.0.0.2'] },
    ),
  'HTTP 401, 409, 415 and 429': (api) => {
    let status = 401
    return withWebhooks(
      api,
      { validating: [{ name: 'one', answer: () => http(status, 'why', { 'content-type': 'text/plain' }) }] },
      async () => {
        for (const each of [401, 409, 415, 418]) {
          status = each
          await api.post(api.in('configmaps'), configMap('a'))
        }
      },
    )
  },
  'HTTP 500 with a text': (api) =>
    asked(api, 'validating', () => http(500, 'broken\n', { 'content-type': 'text/plain' })),
  'a redirect to where somebody answers': (api) =>
    withWebhooks(
      api,
      {
        validating: [
          { name: 'one', answer: () => http(307, '', { location: '/two' }) },
          { name: 'two', fields: { objectSelector: { matchLabels: { none: 'x' } } } },
        ],
      },
      async ({ called }) => {
        ;(await api.post(api.in('configmaps'), configMap('a'))).is(201)
        expectCalled(called(), 'one', 'two')
      },
    ),
  'redirects without end': (api) => {
    let count = 0
    return asked(api, 'validating', () => {
      count += 1
      return http(307, '', { location: `/one?${count}` })
    })
  },
  'redirects that together take too long': (api) =>
    withWebhooks(
      api,
      {
        validating: [
          {
            name: 'one',
            fields: { timeoutSeconds: 1 },
            answer: async () => {
              await new Promise((resolve) => setTimeout(resolve, 400))
              return http(307, '', { location: '/one' })
            },
          },
        ],
      },
      async () => {
        ;(await api.post(api.in('configmaps'), configMap('a'))).is(500)
      },
    ),
  'redirects to what is no place': (api) => {
    let location = ''
    return withWebhooks(
      api,
      { validating: [{ name: 'one', answer: () => http(307, '', { location }) }] },
      async () => {
        for (const each of ['ftp://127.0.0.1:1/x', 'http://127.0.0.1:1/x']) {
          location = each
          ;(await api.post(api.in('configmaps'), configMap('a'))).is(500)
        }
      },
    )
  },
  'an answer of five megabytes': (api) =>
    asked(
      api,
      'validating',
      ({ uid }) => review({ uid, allowed: true, auditAnnotations: { long: 'x'.repeat(5_000_000) } }),
      201,
    ),
  'patches at places that are not there': (api) => {
    let operation: object = {}
    return withWebhooks(api, { mutating: [{ name: 'one', answer: () => patched(operation) }] }, async () => {
      for (const each of [
        { op: 'add', path: '/none/below', value: 1 },
        { op: 'remove', path: '/none/below' },
        { op: 'replace', path: '/none/below', value: 1 },
        { op: 'test', path: '/none/below', value: 1 },
        { op: 'move', from: '/none/below', path: '/data/b' },
        { op: 'copy', from: '/none/below', path: '/data/b' },
        { op: 'move', from: '/data/none', path: '/data/b' },
        { op: 'add', path: '/metadata/finalizers/x', value: 'a' },
        { op: 'replace', path: '/metadata/finalizers/7', value: 'a' },
        { op: 'remove', path: '/metadata/finalizers/7' },
        { op: 'add', path: '/metadata/finalizers/7', value: 'a' },
      ]) {
        operation = each
        await api.post(api.in('configmaps'), {
          ...configMap('a'),
          metadata: { name: 'a', finalizers: ['example.com/a'] },
        })
      }
    })
  },
  'a connection that is cut': (api) => asked(api, 'validating', () => 'cut'),
  'no answer in time': (api) =>
    withWebhooks(
      api,
      {
        validating: [
          {
            name: 'one',
            fields: { timeoutSeconds: 1 },
            answer: async () => {
              await new Promise((resolve) => setTimeout(resolve, 2_500))
              return { response: {} }
            },
          },
        ],
      },
      async () => {
        ;(await api.post(api.in('configmaps'), configMap('a'))).is(500)
      },
    ),
  'a webhook with side effects is not asked in a dry run, nor passed over': (api) =>
    withWebhooks(
      api,
      {
        validating: [{ name: 'one', fields: { sideEffects: 'NoneOnDryRun' } }],
      },
      async ({ called }) => {
        ;(await api.post(`${api.in('configmaps')}?dryRun=All`, configMap('a'))).is(201)
        expectCalled(called(), 'one')
      },
    ),
}

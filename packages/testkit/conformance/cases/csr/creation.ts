import { byCertificate } from '../../conformance-case.ts'
import type { Cases } from '../../conformance-case.ts'
import { grantEverywhere, rule, user } from '../rbac/grants.ts'
import {
  apiClientSigner,
  base64,
  create,
  kubeletClientSigner,
  pathOf,
  requestFor,
  signingRequest,
  signingRequests,
} from './requests.ts'

const kubeletServingSigner = 'kubernetes.io/kubelet-serving'
const node = 'system:node:n1'
const nodeGroups = ['system:nodes']

export const creation: Cases = {
  'the server writes down who asks, whatever the request says': byCertificate(async (api) => {
    const name = api.unique('bob')
    const bob = api.as({ user: name, groups: ['team'] })
    await grantEverywhere(api, bob, user(name), [
      rule(['create', 'get'], 'certificates.k8s.io', ['certificatesigningrequests']),
    ])
    const made = await create(bob, 'r', {
      username: 'ann',
      groups: ['system:masters'],
      uid: '17',
      extra: { scopes: ['all'] },
    })
    made.is(201, {
      spec: { username: name, groups: ['team', 'system:authenticated'], uid: undefined },
      status: { conditions: undefined },
    })
  }),

  'a request by somebody impersonated is theirs, with uid and extras': async (api) => {
    const made = await api.post(signingRequests, signingRequest(api.unique('r')), {
      headers: {
        'Impersonate-User': 'ann',
        'Impersonate-Group': 'system:masters',
        'Impersonate-Uid': '17',
        'Impersonate-Extra-Scopes': 'a',
      },
    })
    made.is(201, { spec: { username: 'ann', uid: '17', extra: { scopes: ['a'] } } })
  },

  'creating needs the right to': async (api) => {
    const bob = api.as({ user: 'bob' })
    ;(await create(bob, 'r')).is(403, { details: { kind: 'certificatesigningrequests' } })
    ;(await bob.get(signingRequests)).is(403)
  },

  'a status that comes with a new request is dropped': async (api) => {
    const made = await api.post(signingRequests, {
      ...signingRequest(api.unique('r')),
      status: { conditions: [{ type: 'Approved', status: 'True' }], certificate: base64('x') },
    })
    made.is(201, { status: { conditions: undefined, certificate: undefined } })
  },

  'the request is a PKCS#10 request in PEM': async (api) => {
    const ask = async (request: unknown) => (await create(api, 'r', { request })).is(422)
    await ask(undefined)
    await ask('')
    await ask(base64('no pem'))
    await ask(base64('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'))
    await ask(base64('-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n'))
    ;(await create(api, 'r', { request: 'not base64!' })).is(400)
  },

  'a request whose signature is not of its key is refused': async (api) => {
    const { request } = requestFor('bob')
    const [head = '', ...lines] = request.trimEnd().split('\n')
    const foot = lines.pop() ?? ''
    const der = Buffer.from(lines.join(''), 'base64')
    // in the common name
    const at = der.indexOf('bob')
    der.write('tom', at)
    const forged = `${head}\n${der.toString('base64')}\n${foot}\n`
    const answer = await create(api, 'r', { request: base64(forged) })
    answer.is(422)
  },

  'a signer is named by a domain and a path': async (api) => {
    const ask = async (signerName: unknown, status: number) =>
      (await create(api, 'r', { signerName })).is(status)
    await ask(undefined, 422)
    await ask('', 422)
    await ask('noslash', 422)
    await ask('example.com/', 422)
    await ask('nodot/name', 422)
    await ask('Example.com/name', 422)
    await ask('example.com/a/b', 422)
    await ask('example.com/with space', 422)
    await ask(`example.com/${'a'.repeat(600)}`, 422)
    await ask('kubernetes.io/legacy-unknown', 422)
    await ask('example.com/name.Of_it:9', 422)
    await ask('example.com/name.of-it.9', 201)
  },

  'a signer of Kubernetes that nobody knows is taken as any other': async (api) => {
    const made = await create(api, 'r', { signerName: 'kubernetes.io/of-nobody' })
    made.is(201)
  },

  'usages are known ones, each once, and at least one': async (api) => {
    const ask = async (usages: unknown, status: number) => (await create(api, 'r', { usages })).is(status)
    await ask(undefined, 422)
    await ask([], 422)
    await ask(['client auth', 'client auth'], 422)
    await ask(['anything'], 422)
    await ask(['anything', 'client auth', 'anything'], 422)
    await ask(['signing', 'server auth', 'netscape sgc'], 201)
  },

  'a certificate is asked for ten minutes at least': async (api) => {
    const ask = async (name: string, expirationSeconds: unknown, status: number) =>
      (await create(api, name, { expirationSeconds })).is(status)
    await ask('a', 599, 422)
    await ask('a', -1, 422)
    await ask('a', 0, 422)
    await ask('a', 600, 201)
    await ask('b', 2 ** 31 - 1, 201)
    await ask('c', 2 ** 31, 400)
    await ask('c', '600', 400)
  },

  'nobody asks to be a master': async (api) => {
    const ask = (signerName: string, ...organizations: string[]) =>
      create(api, 'r', { signerName, request: base64(requestFor('bob', organizations).request) })
    ;(await ask(apiClientSigner, 'system:masters')).is(403)
    ;(await ask(apiClientSigner, 'team', 'system:masters')).is(403)
    ;(await ask('example.com/own', 'system:masters')).is(201)
  },

  'kubelets ask as a node, in the words of a node': async (api) => {
    const ask = (commonName: string, organizations: string[], usages: string[], dnsNames: string[] = []) =>
      create(api, 'r', {
        signerName: kubeletClientSigner,
        request: base64(requestFor(commonName, organizations, dnsNames).request),
        usages,
      })
    const usages = ['client auth', 'digital signature']
    // creation checks none of it; the signer does
    ;(await ask('bob', [], ['server auth'])).is(201)
    await api.delete(pathOf(api, 'r'))
    ;(await ask(node, nodeGroups, usages)).is(201)
  },

  'serving certificates of kubelets are asked for by anybody': async (api) => {
    const made = await create(api, 'r', {
      signerName: kubeletServingSigner,
      request: base64(requestFor(node, nodeGroups, ['n1']).request),
      usages: ['server auth', 'digital signature'],
    })
    made.is(201)
  },

  'several things that are wrong are told together': async (api) => {
    const answer = await create(api, 'r', {
      request: base64('x'),
      usages: ['a', 'a'],
      signerName: 'x',
      expirationSeconds: 1,
    })
    answer.is(422, { reason: 'Invalid' })
    const none = await api.post(signingRequests, { ...signingRequest(api.unique('r')), spec: {} })
    none.is(422)
  },

  'a request has any name that fits into a path': async (api) => {
    const post = (name: string) => api.post(signingRequests, signingRequest(name))
    ;(await post(api.unique('Any Name:'))).is(201)
    ;(await post('a/b')).is(422)
  },

  'what is asked for is never changed': async (api) => {
    const made = await create(api, 'r')
    const spec = (change: object) => ({ ...made.body, spec: { ...made.body.spec, ...change } })
    const path = pathOf(api, 'r')
    ;(await api.put(path, spec({ signerName: 'example.com/other' }))).is(200, {
      spec: { signerName: 'example.com/own' },
    })
    ;(await api.patch(path, 'merge', { spec: { usages: ['server auth'], username: 'ann' } })).is(200, {
      spec: { usages: ['client auth'] },
    })
    ;(await api.patch(path, 'merge', { status: { certificate: base64('x') } })).is(200)
    ;(await api.patch(path, 'merge', { metadata: { labels: { a: 'b' } } })).is(200, {
      metadata: { labels: { a: 'b' } },
    })
    ;(await api.get(path)).is(200)
  },

  'requests are selected by signer': async (api) => {
    const signerName = `example.com/${api.unique('s')}`
    for (const name of ['a', 'b']) await create(api, name, { signerName })
    await create(api, 'c')
    const selected = await api.get(`${signingRequests}?fieldSelector=spec.signerName%3D${signerName}`)
    selected.is(200, { items: [{ spec: { signerName } }, { spec: { signerName } }] })
    const watch = await api.watch(`${signingRequests}?fieldSelector=spec.signerName%3D${signerName}`)
    await watch.next({ type: 'ADDED' }, { type: 'ADDED' })
    await api.patch(pathOf(api, 'c'), 'merge', { metadata: { labels: { a: 'b' } } })
    await api.delete(pathOf(api, 'b'))
    await watch.next({ type: 'DELETED', object: { metadata: { name: api.unique('b') } } })
    ;(await api.get(`${signingRequests}?fieldSelector=spec.username%3Dbob`)).is(400)
  },

  'a request is deleted': async (api) => {
    await create(api, 'r')
    ;(await api.delete(pathOf(api, 'r'))).is(200, { status: 'Success' })
    ;(await api.get(pathOf(api, 'r'))).is(404)
    ;(await api.get(pathOf(api, 'r', 'status'))).is(404)
    ;(await api.get(pathOf(api, 'r', 'approval'))).is(404)
    ;(await api.delete(pathOf(api, 'r', 'approval'))).is(405)
  },
}

import { X509Certificate } from 'node:crypto'
import type { Answer } from '../../answer.ts'
import type { CaseApi } from '../../case-api.ts'
import type { Cases } from '../../conformance-case.ts'
import { grantEverywhere, rule, user } from '../rbac/grants.ts'
import {
  apiClientSigner,
  base64,
  certificateOf,
  condition,
  create,
  decide,
  kubeletClientSigner,
  ownSigner,
  pathOf,
  requestFor,
  settled,
  signingRequest,
} from './requests.ts'

const whoAmI = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
const group = 'certificates.k8s.io'
const secondMs = 1_000

/** A certificate in PEM that some signer made: the API server's own authority. */
const someCertificate = async (api: CaseApi): Promise<string> => {
  const root = await api.until(api.in('configmaps', 'kube-root-ca.crt'), ({ status }) => status === 200, {
    show: () => undefined,
  })
  return root.body.data['ca.crt'] as string
}

const writeCertificate = (api: CaseApi, name: string, text: string): Promise<Answer> =>
  api.put(pathOf(api, name, 'status'), {
    ...signingRequest(api.unique(name)),
    status: { certificate: base64(text), conditions: [condition('Approved')] },
  })

/** Has a request approved and answers what the signer made of it. */
const signed = async (api: CaseApi, name: string, spec: object): Promise<Answer> => {
  ;(await create(api, name, spec)).is(201)
  ;(await decide(api, name, condition('Approved'))).is(200)
  return settled(api, name)
}

export const signing: Cases = {
  'an approved request for the API is signed, and its owner is who it says': async (api) => {
    const { request, key } = requestFor('bob', ['team', 'a:b'])
    const answer = await signed(api, 'r', {
      signerName: apiClientSigner,
      request: base64(request),
      usages: ['client auth', 'digital signature', 'key encipherment'],
    })
    answer.is(200, { status: { conditions: [{ type: 'Approved' }], certificate: /./ } })
    const bob = api.as({ certificate: certificateOf(answer), key })
    const who = await bob.post(whoAmI, { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' })
    who.is(201, {
      status: { userInfo: { username: 'bob', groups: (groups: string[]) => groups.includes('team') } },
    })
    ;(await bob.get(api.in('secrets'))).is(403, { message: /User "bob"/ })
  },

  'a request that nobody approved is not signed': async (api) => {
    const spec = { signerName: apiClientSigner }
    ;(await create(api, 'waits', spec)).is(201)
    ;(await create(api, 'denied', spec)).is(201)
    ;(await decide(api, 'denied', condition('Denied'))).is(200)
    // the signer has seen both when it has signed a later one
    ;(await signed(api, 'later', spec)).is(200)
    ;(await api.get(pathOf(api, 'waits'))).is(200, { status: { certificate: undefined } })
    ;(await api.get(pathOf(api, 'denied'))).is(200, { status: { certificate: undefined } })
  },

  'a request for the API needs the usage of a client': async (api) => {
    const answer = await signed(api, 'r', { signerName: apiClientSigner, usages: ['digital signature'] })
    answer.is(200, {
      status: { certificate: undefined, conditions: [{ type: 'Approved' }, { type: 'Failed' }] },
    })
  },

  'a request for the API has no other usages': async (api) => {
    const answer = await signed(api, 'r', {
      signerName: apiClientSigner,
      usages: ['client auth', 'server auth'],
    })
    answer.is(200, {
      status: { certificate: undefined, conditions: [{}, { reason: 'SignerValidationFailure' }] },
    })
  },

  'a certificate holds as long as it was asked for': async (api) => {
    const lifeOf = async (name: string, spec: object): Promise<number> => {
      const answer = await signed(api, name, { signerName: apiClientSigner, ...spec })
      const { validFrom, validTo } = new X509Certificate(certificateOf(answer))
      const created = Date.parse(answer.body.metadata.creationTimestamp)
      if (Date.parse(validFrom) > created) throw new Error(`${name} holds from ${validFrom} on`)
      return (Date.parse(validTo) - created) / secondMs
    }
    const within = (name: string, found: number, seconds: number): void => {
      // rounded to seconds, backdated by minutes
      if (Math.abs(found - seconds) > 60 * 10) throw new Error(`${name} holds ${found} s`)
    }
    within('hour', await lifeOf('hour', { expirationSeconds: 3_600 }), 3_600)
    within('usual', await lifeOf('usual', {}), 365 * 86_400)
    within('long', await lifeOf('long', { expirationSeconds: 2 ** 31 - 1 }), 365 * 86_400)
  },

  'a node is signed for by the signer of kubelets': async (api) => {
    const { request, key } = requestFor('system:node:n1', ['system:nodes'])
    const answer = await signed(api, 'r', {
      signerName: kubeletClientSigner,
      request: base64(request),
      usages: ['client auth', 'digital signature'],
    })
    answer.is(200, { status: { certificate: /./ } })
    const who = await api
      .as({ certificate: certificateOf(answer), key })
      .post(whoAmI, { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' })
    who.is(201, { status: { userInfo: { username: 'system:node:n1' } } })
  },

  'the signer of kubelets signs for nobody but nodes': async (api) => {
    const refused = async (
      name: string,
      commonName: string,
      organizations: string[],
      usages: string[],
      dnsNames: string[] = [],
    ) =>
      (
        await signed(api, name, {
          signerName: kubeletClientSigner,
          request: base64(requestFor(commonName, organizations, dnsNames).request),
          usages,
        })
      ).is(200, { status: { certificate: undefined, conditions: [{}, { type: 'Failed' }] } })
    const usages = ['client auth', 'digital signature']
    await refused('a', 'bob', ['system:nodes'], usages)
    await refused('b', 'system:node:n1', ['team'], usages)
    await refused('c', 'system:node:n1', ['system:nodes', 'team'], usages)
    await refused('d', 'system:node:n1', ['system:nodes'], ['client auth', 'server auth'])
    await refused('e', 'system:node:n1', ['system:nodes'], usages, ['n1'])
  },

  'a serving certificate of a kubelet has names, and usages of a server': async (api) => {
    const ask = (name: string, usages: string[], dnsNames: string[]) =>
      signed(api, name, {
        signerName: 'kubernetes.io/kubelet-serving',
        request: base64(requestFor('system:node:n1', ['system:nodes'], dnsNames).request),
        usages,
      })
    const usages = ['server auth', 'digital signature']
    ;(await ask('good', usages, ['n1'])).is(200, { status: { certificate: /./ } })
    ;(await ask('nameless', usages, [])).is(200, { status: { certificate: undefined } })
    ;(await ask('client', ['client auth', 'digital signature'], ['n1'])).is(200, {
      status: { certificate: undefined },
    })
  },

  'a signer writes certificates to the status': async (api) => {
    const certificate = await someCertificate(api)
    await create(api, 'r')
    await decide(api, 'r', condition('Approved'))
    const written = await writeCertificate(api, 'r', certificate)
    written.is(200, { status: { certificate: base64(certificate) } })
    ;(await writeCertificate(api, 'r', certificate + certificate)).is(422)
    const labels = await api.patch(pathOf(api, 'r'), 'merge', { status: { certificate: null } })
    labels.is(200, { status: { certificate: base64(certificate) } })
  },

  'a certificate is one or more certificates in PEM': async (api) => {
    const certificate = await someCertificate(api)
    await create(api, 'r')
    await decide(api, 'r', condition('Approved'))
    ;(await writeCertificate(api, 'r', 'no pem')).is(422)
    ;(await writeCertificate(api, 'r', requestFor('bob').request)).is(422)
    ;(await writeCertificate(api, 'r', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')).is(
      422,
    )
    ;(await writeCertificate(api, 'r', certificate.replace('\n', '\na: b\n\n'))).is(422)
    ;(await writeCertificate(api, 'r', `${certificate}# and\n${certificate}# more\n`)).is(200)
  },

  'the status of a request cannot approve or deny it': async (api) => {
    await create(api, 'r')
    const put = (...conditions: object[]) =>
      api.put(
        pathOf(api, 'r', 'status'),
        { ...signingRequest(api.unique('r')), status: { conditions } },
        // another second is another version
        { show: ({ status, message, details }) => ({ status, message, details }) },
      )
    ;(await put(condition('Approved'))).is(422)
    ;(await put(condition('Denied'))).is(422)
    ;(await put(condition('Failed'))).is(200, { status: { conditions: [{ type: 'Failed' }] } })
    ;(await put()).is(422)
    ;(await decide(api, 'r', condition('Failed'), condition('Approved'))).is(200)
    ;(await put(condition('Failed'))).is(422)
    // kept as it was
    ;(await put(condition('Failed'), condition('Approved', { reason: 'Else' }))).is(200, {
      status: { conditions: [{ type: 'Failed' }, { type: 'Approved', reason: 'Tested' }] },
    })
  },

  'what fails for its signer is told by a condition': async (api) => {
    await create(api, 'r')
    await decide(api, 'r', condition('Approved'))
    const failed = await api.patch(pathOf(api, 'r', 'status'), 'strategic', {
      status: { conditions: [condition('Approved'), condition('Failed', { reason: 'NoKey' })] },
    })
    failed.is(200)
    ;(await api.patch(pathOf(api, 'r', 'status'), 'merge', { status: { conditions: [] } })).is(422)
  },

  'signing needs the right to sign for the signer': async (api) => {
    const name = api.unique('bob')
    const bob = api.as({ user: name })
    const certificate = await someCertificate(api)
    await grantEverywhere(api, bob, user(name), [
      rule(['get', 'update', 'patch'], group, ['certificatesigningrequests/status']),
    ])
    await create(api, 'r')
    await decide(api, 'r', condition('Approved'))
    ;(await writeCertificate(bob, 'r', certificate)).is(403, {
      message: new RegExp(`user not permitted to sign requests with signerName "${ownSigner}"$`),
    })
    const failed = await bob.patch(pathOf(api, 'r', 'status'), 'merge', {
      status: { conditions: [condition('Approved'), condition('Failed')] },
    })
    failed.is(403)
  },

  'who may sign for a signer, or for all of its domain, does': async (api) => {
    const [one, all] = [api.unique('one'), api.unique('all')]
    const [asOne, asAll] = [api.as({ user: one }), api.as({ user: all })]
    const certificate = await someCertificate(api)
    const writes = rule(['get', 'update', 'patch'], group, ['certificatesigningrequests/status'])
    await grantEverywhere(api, asOne, user(one), [writes, rule(['sign'], group, ['signers'], ownSigner)])
    await grantEverywhere(
      api,
      asAll,
      user(all),
      [writes, rule(['sign'], group, ['signers'], 'example.com/*')],
      'granted-all',
    )
    await create(api, 'a')
    await create(api, 'b', { signerName: 'example.com/other' })
    for (const name of ['a', 'b']) await decide(api, name, condition('Approved'))
    ;(await writeCertificate(asOne, 'a', certificate)).is(200)
    ;(await writeCertificate(asOne, 'b', certificate)).is(403)
    ;(await writeCertificate(asAll, 'b', certificate)).is(200)
  },
}

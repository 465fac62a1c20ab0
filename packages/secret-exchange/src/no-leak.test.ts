import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { base64, ref } from '../test/objects.ts'
import { fsidOfToken } from './fsid.ts'
import { greenSecret } from './green-secret.ts'
import { handlers } from './handlers.ts'
import {
  blueSecretProblems,
  externalSecretProblems,
  greenSecretProblems,
  hubSecretProblems,
  s3SecretProblems,
} from './hub-secret-problems.ts'
import { ramenFsidSecret, ramenS3Profile, ramenS3Secret } from './ramen-secrets.ts'
import { rookHubSecret } from './rook-hub-secret.ts'
import { s3HubSecret } from './s3-hub-secret.ts'
import { decodeSecretData, encodeSecretData } from './secret-data.ts'
import { spokeSecret } from './spoke-secret.ts'

/** Long enough not to be in a message by chance. */
const content = 'T0pS3cr3tT0pS3cr3t'
const spellings = [content, base64(content).replaceAll('=', ''), base64(base64(content)).replaceAll('=', '')]

/** All that an error says, and what problems say. */
const said = (act: () => unknown): string => {
  try {
    return JSON.stringify(act() ?? null)
  } catch (error) {
    expect(error).toBeInstanceOf(Error)
    const { message, stack, cause } = error as Error
    expect(cause).toBeUndefined()
    return `${message} ${stack} ${JSON.stringify(error)}`
  }
}

const broken = fc.oneof(
  fc.constantFrom(
    content,
    `"${content}"`,
    `{"${content}"`,
    `{"token":"${content}"`,
    `{"token":"${content}!"}`,
    `{"${content}":"${content}!"}`,
    `{"fsid":["${content}"]}`,
    `["${content}"]`,
    `{"AWS_ACCESS_KEY_ID":"${base64(content)}"}`,
  ),
  fc.string().map((text) => text + content),
)

describe('no message and no problem holds anything of a secret', () => {
  it('when its content is broken, wherever it is', () => {
    const type = fc.constantFrom('BLUE', 'GREEN', 'INTERNAL', 'OTHER')
    const wrap = fc.constantFrom(
      (text: string) => text,
      base64,
      (text: string) => base64(base64(text)),
    )
    fc.assert(
      fc.property(broken, wrap, type, (text, spell, kind) => {
        const value = spell(text)
        const keys = ['namespace', 'storage-cluster-name', 'secret-data', 'secret-origin', 'token', 'fsid']
        const data = Object.fromEntries(keys.map((key) => [key, value]))
        const metadata = {
          name: 'n',
          namespace: 'c1',
          labels: { 'multicluster.odf.openshift.io/secret-type': kind },
        }
        const origins = ['cm9vaw==', 'UzM='].map((origin) => ({
          metadata,
          data: { ...data, 'secret-origin': origin },
        }))
        const named = origins.map(({ data: given }) => ({
          metadata,
          data: {
            ...given,
            namespace: base64('openshift-storage'),
            'storage-cluster-name': base64('ocs-storagecluster'),
          },
        }))
        const acts = [{ metadata, data }, ...origins, ...named].flatMap((one) => [
          () => hubSecretProblems(one),
          () => blueSecretProblems(one),
          () => greenSecretProblems(one),
          () => s3SecretProblems(one, ref()),
          () => externalSecretProblems(one, ref()),
          () => spokeSecret(one) && undefined,
          () => greenSecret({ blue: { ...one, data: {} }, receiver: ref() }),
          () => ramenS3Secret({ internal: one, namespace: 'r' }) && undefined,
          () => ramenFsidSecret({ internal: one, namespace: 'r' }) && undefined,
          () => ramenS3Profile(one) && undefined,
          () => rookHubSecret({ ref: ref(), secret: { data: { [content]: `${value}!` } }, external: false }),
          () =>
            s3HubSecret({
              ref: ref(),
              secret: one,
              configMap: { data: { BUCKET_NAME: 'b' } },
              routeHost: 'h',
            }),
          () => handlers.flatMap((handler) => said(() => handler.spokeSecret(one) && undefined)),
          () => fsidOfToken({ data: { token: base64(base64(text)) } }) && undefined,
        ])
        const all = [
          () => decodeSecretData(text) && undefined,
          () => decodeSecretData(value) && undefined,
          () => encodeSecretData({ [text]: `${value}!` }),
          ...acts,
        ]
        for (const act of all) {
          const what = said(act)
          for (const spelling of spellings) expect(what).not.toContain(spelling)
        }
      }),
    )
  })
})

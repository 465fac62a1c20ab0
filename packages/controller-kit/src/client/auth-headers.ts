import type { Identity } from './identity.ts'

type Headers = Readonly<Record<string, string | string[]>>

/** The headers that say who asks, and as whom. */
export const authHeaders = ({ token, basic, impersonate }: Identity): Headers => ({
  ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  ...(token === undefined && basic !== undefined
    ? { authorization: `Basic ${Buffer.from(`${basic.username}:${basic.password}`).toString('base64')}` }
    : {}),
  ...(impersonate === undefined ? {} : impersonationHeaders(impersonate)),
})

const impersonationHeaders = ({
  user,
  uid,
  groups = [],
  extra = {},
}: NonNullable<Identity['impersonate']>): Headers => ({
  'impersonate-user': user,
  ...(uid === undefined ? {} : { 'impersonate-uid': uid }),
  ...(groups.length === 0 ? {} : { 'impersonate-group': [...groups] }),
  ...Object.fromEntries(
    Object.entries(extra)
      .filter(([, values]) => values.length > 0)
      .map(([name, values]) => [`impersonate-extra-${headerName(name)}`, [...values]]),
  ),
})

/** What a header's name cannot hold (a slash, as in `example.com/scopes`) travels percent-encoded; the server decodes. */
const headerName = (text: string): string =>
  [...Buffer.from(text)]
    .map((byte) => {
      const character = String.fromCharCode(byte)
      const isPlain = /[\w!#$&'*+.^`|~-]/.test(character)
      return isPlain ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
    })
    .join('')

import { describe, expect, it } from 'vitest'
import { inClusterAccess, parseKubeconfig } from './kubeconfig.ts'

const file = (text: string, path = '/etc/hub/kubeconfig') => ({
  path,
  folder: path.replace(/\/[^/]*$/, ''),
  text,
})

const base = `
current-context: one
clusters:
- name: c
  cluster: { server: "https://hub:6443", certificate-authority-data: ${Buffer.from('CA').toString('base64')} }
contexts:
- { name: one, context: { cluster: c, user: u, namespace: n } }
- { name: two, context: { cluster: c, user: t } }
users:
- name: u
  user: { client-certificate: tls.crt, client-key: /abs/tls.key }
- name: t
  user: { tokenFile: token, token: old }
`

describe('parseKubeconfig', () => {
  it('takes relative paths from the file that names them', () => {
    expect(parseKubeconfig([file(base)])).toEqual({
      server: 'https://hub:6443',
      ca: { value: 'CA' },
      cert: { file: '/etc/hub/tls.crt' },
      key: { file: '/abs/tls.key' },
      namespace: 'n',
    })
  })

  it('takes a token file before the token beside it', () => {
    expect(parseKubeconfig([file(base)], 'two')).toMatchObject({ token: { file: '/etc/hub/token' } })
  })

  it('merges files, the first one to name something counts', () => {
    const other =
      'users: [{ name: u, user: { token: x } }, { name: v, user: { token: y } }]\ncurrent-context: three\ncontexts: [{ name: three, context: { cluster: c, user: v } }]'
    expect(parseKubeconfig([file(base), file(other, '/b/config')])).toMatchObject({
      cert: { file: '/etc/hub/tls.crt' },
    })
    expect(parseKubeconfig([file(base), file(other, '/b/config')], 'three')).toMatchObject({
      token: { value: 'y' },
    })
  })

  it.each([
    ['[', 'not YAML'],
    ['', 'expected a kubeconfig'],
    ['clusters: []', 'no current-context'],
    [base.replace('current-context: one', 'current-context: nine'), 'no context "nine"; there are: one, two'],
    [base.replace('https://hub:6443', 'hub'), 'expected "server" to be a URL'],
    [base.replace('client-certificate: tls.crt, ', ''), 'needed together'],
    // As a file looks that is being written: without its end it would say that we are nobody.
    [base.slice(0, base.indexOf('users:')), 'context "one": no user "u"'],
    [base.slice(0, base.indexOf(' { client-certificate')), 'context "one": no user "u"'],
    [
      base.replace('server: "https://hub:6443"', 'server: "https://hub:6443", proxy-url: "u:s3cr3t@proxy:1"'),
      'expected "proxy-url" to be a URL of http, https or socks5',
    ],
  ])('says what is wrong in %j', (text, message) => {
    expect(() => parseKubeconfig([file(text)])).toThrow(message)
  })

  it('takes a context without a user, and one whose user has nothing, for nobody', () => {
    const nobody = { server: 'https://hub:6443', ca: { value: 'CA' }, namespace: 'n' }
    expect(parseKubeconfig([file(base.replace('user: u,', ''))])).toEqual(nobody)
    expect(parseKubeconfig([file(base.replace(/client-certificate.*tls.key/, ''))])).toEqual(nobody)
  })

  it('quotes nothing of a file it cannot read', () => {
    expect(() => parseKubeconfig([file('users: [ { token: s3cr3t')])).not.toThrow('s3cr3t')
  })
})

describe('inClusterAccess', () => {
  it('brackets an IPv6 address', () => {
    const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' }
    expect(inClusterAccess(env, '/sa')).toMatchObject({
      server: 'https://[fd00::1]:443',
      token: { file: '/sa/token' },
    })
  })

  it('says so outside a cluster', () => {
    expect(() => inClusterAccess({})).toThrow('not in a cluster')
  })
})

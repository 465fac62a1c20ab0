import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { InMemoryCluster, UserIdentity } from '@odfmo/testkit'
import { parse } from 'yaml'

interface Kubeconfig {
  readonly users: readonly [{ readonly user: Readonly<Record<string, string>> }]
}

/** What a klusterlet leaves for an agent, file by file; users are told apart by it. */
export type HubFiles = Readonly<Record<string, string>>

const kubeconfigOf = ({ url, ca }: Pick<InMemoryCluster, 'url' | 'ca'>, user: object): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'default-context',
    clusters: [
      {
        name: 'default-cluster',
        cluster: { server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64') },
      },
    ],
    contexts: [{ name: 'default-context', context: { cluster: 'default-cluster', user: 'default-auth' } }],
    users: [{ name: 'default-auth', user }],
  })

/** Of the csr driver: a client certificate and its key, by paths relative to the kubeconfig. */
export const csrFiles = (hub: InMemoryCluster, identity: UserIdentity): HubFiles => {
  const { user } = (parse(hub.kubeconfig(identity)) as Kubeconfig).users[0]
  const pem = (field: string): string => Buffer.from(user[field] ?? '', 'base64').toString()
  return {
    kubeconfig: kubeconfigOf(hub, { 'client-certificate': 'tls.crt', 'client-key': 'tls.key' }),
    'tls.crt': pem('client-certificate-data'),
    'tls.key': pem('client-key-data'),
  }
}

/** Of the token driver: a service account's token in a file of its own. */
export const tokenFiles = (hub: InMemoryCluster, token: string): HubFiles => ({
  kubeconfig: kubeconfigOf(hub, { tokenFile: 'token' }),
  token,
})

/** A mounted Secret. */
export interface HubFolder {
  readonly kubeconfig: string
  /** All files at once: the link that leads to them is replaced, as the kubelet does it. */
  swap(files: HubFiles): Promise<void>
  /** One file, in place. */
  write(name: string, text: string): Promise<void>
  remove(): Promise<void>
}

/** With `isLinked` as Kubernetes mounts it, behind a link; else plain files, as somebody writes them one by one. */
export const hubFolder = async (first: HubFiles, isLinked: boolean): Promise<HubFolder> => {
  const folder = await mkdtemp(join(tmpdir(), 'agent-hub-files-'))
  let version = 0
  const swap: HubFolder['swap'] = async (files) => {
    version += 1
    const data = join(folder, `..${version}`)
    await mkdir(data)
    for (const [name, text] of Object.entries(files)) await writeFile(join(data, name), text)
    await symlink(`..${version}`, join(folder, '..data_tmp'))
    await rename(join(folder, '..data_tmp'), join(folder, '..data'))
    if (version > 1) await rm(join(folder, `..${version - 1}`), { recursive: true })
  }
  if (isLinked) await swap(first)
  for (const [name, text] of Object.entries(first))
    await (isLinked ? symlink(join('..data', name), join(folder, name)) : writeFile(join(folder, name), text))
  return {
    kubeconfig: join(folder, 'kubeconfig'),
    swap,
    write: (name, text) => writeFile(join(folder, name), text),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

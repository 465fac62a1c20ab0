import { Authenticator } from '../auth/authenticator.ts'
import type { Identity } from '../auth/identity.ts'
import { ClusterAuthorities } from '../certificates/cluster-authorities.ts'
import { systemClock } from '../clock/clock.ts'
import type { Clock } from '../clock/clock.ts'
import type { Cluster, Credentials, InMemoryCluster, UserIdentity } from '../cluster.ts'
import { Faults } from '../faults.ts'
import type { FaultyWatch } from '../faults/faulty-watch.ts'
import { Journal } from '../journal.ts'
import { kubeconfigText } from '../kubeconfig.ts'
import { KubeconfigFiles } from '../kubeconfig-files.ts'
import { listen } from '../server/listener.ts'
import { ProxyServer } from './proxy-server.ts'
import { tokenSubject } from './token-subject.ts'
import { Upstream } from './upstream.ts'

/** A cluster as seen through a proxy that makes faults. */
export interface FaultProxy extends Cluster {
  /** Of the proxy. */
  readonly url: string
  readonly ca: string
  kubeconfig(identity?: UserIdentity): string
  /** Writes a kubeconfig to a file, and writes it anew when certificates are rotated. */
  writeKubeconfig(path: string, identity?: UserIdentity): void
  /** A new client certificate, which the proxy knows and the cluster behind does not. */
  credentials(identity?: UserIdentity): Credentials
  /** What came as far as the proxy, also what never got to the cluster; there with each answer. */
  readonly requests: Journal
  /**
   * As those of an in-memory cluster, but `compactHistory` and `jumpClock`, which throw unless the cluster behind is
   * one, and staleness by versions, which throws. Rotated certificates are the proxy's.
   */
  readonly faults: Faults
  /** Ends the proxy and its connections. The cluster behind goes on: whoever started it stops it. */
  stop(): Promise<void>
}

/** Time and port of a proxy. */
export interface FaultProxyOptions {
  /** For delays, and for the times in the journal. The system's when absent. */
  readonly clock?: Clock
  /** 0, a free one, when absent. */
  readonly port?: number
  /** How many records the journal keeps, the newest; 50,000 when absent. */
  readonly journalLimit?: number
}

/**
 * Starts a proxy on 127.0.0.1 in front of a cluster of any provider: requests through it suffer the faults that an
 * in-memory cluster makes by itself. Each goes on to the cluster as the user whose certificate it came with; a bearer
 * token goes along as it is. `apply`, `get`, `list` and the like reach the cluster directly, past all faults.
 *
 * What a proxy cannot do: move the cluster's clock, take its history away (a control plane's cluster has `compact()`),
 * pass on connections that are upgraded (exec, port-forward), or vouch for certificates that the cluster signed itself:
 * who has no certificate of the proxy and no token is answered 401.
 */
export const startFaultProxy = async (
  cluster: Cluster,
  { clock = systemClock, port = 0, journalLimit }: FaultProxyOptions = {},
): Promise<FaultProxy> => {
  const { name } = cluster
  const authorities = new ClusterAuthorities(`${name}-proxy`)
  const files = new KubeconfigFiles()
  const upstream = new Upstream(cluster)
  const watches = new Set<FaultyWatch>()
  const journal = new Journal({ limit: journalLimit, cluster })
  const byToken = new WeakSet<Identity>()
  const authenticator = new Authenticator(authorities, (token) => {
    const identity = { user: tokenSubject(token), groups: [] }
    byToken.add(identity)
    return identity
  })
  const faults = new Faults({
    clock,
    watches,
    compact: () => memoryBehind(cluster, 'take away history').faults.compactHistory(),
    revision: () => upstream.revision(),
    onRevision() {
      throw new TypeError(`${name}: a proxy cannot lag by versions, only until the rule is removed`)
    },
    rotateCertificates(rotation) {
      authorities.rotate(rotation)
      listener.certify(authorities.server, authorities.clientCa)
      files.renew()
    },
    jumpClock: (ms) => memoryBehind(cluster, 'move the clock').faults.jumpClock(ms),
    dropConnections: () => listener.dropConnections(),
    listening: (isListening) => listener.listening(isListening),
    handshakes: (how) => listener.handshakes(how),
  })
  const server = new ProxyServer({ upstream, authenticator, byToken, clock, journal, faults, watches })
  const listener = await listen({
    port,
    server: authorities.server,
    clientAuthority: authorities.clientCa,
    onRequest: server.handle,
  })
  const url = `https://127.0.0.1:${listener.port}`
  const kubeconfig = (identity: UserIdentity = {}): string => {
    const { certificate, key } = authorities.issueClient(identity, clock.now())
    const user = identity.user ?? 'admin'
    return kubeconfigText({ cluster: name, url, ca: authorities.ca, user, certificate, key })
  }
  const stop = async (): Promise<void> => {
    for (const watch of [...watches]) watch.destroy()
    await listener.close()
    upstream.close()
  }
  return {
    ...cluster,
    url,
    get ca() {
      return authorities.ca
    },
    credentials(identity = {}) {
      const { certificate, key } = authorities.issueClient(identity, clock.now())
      return { ca: authorities.ca, cert: certificate, key }
    },
    kubeconfig,
    writeKubeconfig: (path, identity) => files.write(path, () => kubeconfig(identity)),
    requests: journal,
    faults,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

/** The cluster behind, when it can do what only one in memory can. */
const memoryBehind = (cluster: Cluster, what: string): InMemoryCluster => {
  if (cluster.provider === 'memory') return cluster as InMemoryCluster
  const hint = what === 'take away history' ? '; a cluster of a control plane has compact()' : ''
  throw new TypeError(`${cluster.name}: a proxy cannot ${what}${hint}`)
}

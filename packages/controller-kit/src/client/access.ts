/** Where a credential stands: in the configuration itself, or in a file that may change. */
export type Source = { readonly value: string } | { readonly file: string }

/** How to reach a cluster and as whom; files are named, not read, and no plugin was run. */
export interface Access {
  /** `https://host:port`, with a path when the server is behind one. */
  readonly server: string
  readonly ca?: Source
  readonly cert?: Source
  readonly key?: Source
  readonly token?: Source
  readonly basic?: BasicAccess
  /** Where token or certificate come from when neither is given; ignored beside a token or a password, as in client-go. */
  readonly exec?: ExecAccess
  readonly impersonate?: Impersonation
  /** Name that the server's certificate must bear, when it is not the host's. */
  readonly tlsServerName?: string
  readonly insecureSkipTlsVerify?: boolean
  readonly proxyUrl?: string
  /** The namespace of the context, or of the pod. */
  readonly namespace?: string | Source
}

/** A name and a password: no API server has taken them since Kubernetes 1.19, proxies in front of one do. */
export interface BasicAccess {
  readonly username: string
  readonly password: string
}

/** Whom requests are made as; the own credentials must permit it (verb `impersonate`). */
export interface Impersonation {
  readonly user: string
  readonly uid?: string
  readonly groups?: readonly string[]
  readonly extra?: Readonly<Record<string, readonly string[]>>
}

/** A credential plugin: a command that answers a token or a client certificate (client.authentication.k8s.io). */
export interface ExecAccess {
  readonly apiVersion: 'client.authentication.k8s.io/v1' | 'client.authentication.k8s.io/v1beta1'
  /** Looked for in PATH when it has no slash. */
  readonly command: string
  readonly args?: readonly string[]
  /** Beside the process's own. */
  readonly env?: Readonly<Record<string, string>>
  /** Told to people when the command is not found. */
  readonly installHint?: string
  /** The plugin is told server and CA in `KUBERNETES_EXEC_INFO`, and this as the cluster's `config`. */
  readonly cluster?: { readonly config?: unknown }
}

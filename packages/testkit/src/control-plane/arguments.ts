import type { ClusterFiles } from './cluster-files.ts'

export interface EtcdSettings {
  readonly folder: string
  readonly clientPort: number
  readonly peerPort: number
}

export const etcdArguments = ({ folder, clientPort, peerPort }: EtcdSettings): string[] => {
  const client = `http://127.0.0.1:${clientPort}`
  const peer = `http://127.0.0.1:${peerPort}`
  return [
    '--name=default',
    `--data-dir=${folder}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    '--unsafe-no-fsync', // what it holds is gone with the test anyway
    '--log-level=warn',
  ]
}

export interface ApiServerSettings {
  readonly files: ClusterFiles
  readonly etcdPort: number
  /** The cluster's own part of etcd. */
  readonly prefix: string
  readonly port: number
  /** Whether a controller manager makes the service accounts that pods are to have. */
  readonly controllers: boolean
  /** Of Kubernetes 1.N. */
  readonly minorVersion: number
}

/** The first in which API servers keep history beyond what etcd has: with it, `compact()` would not be seen for a while. */
const firstWithSnapshots = 33

/** RBAC, no anonymous requests, no limits that a test would run into; the audit log goes to standard output. */
export const apiServerArguments = (settings: ApiServerSettings): string[] => {
  const { files, etcdPort, prefix, port, controllers, minorVersion } = settings
  return [
    `--etcd-servers=http://127.0.0.1:${etcdPort}`,
    `--etcd-prefix=${prefix}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${port}`,
    '--endpoint-reconciler-type=none', // needs a default route otherwise
    `--tls-cert-file=${files.path('server.crt')}`,
    `--tls-private-key-file=${files.path('server.key')}`,
    `--client-ca-file=${files.path('client-ca.crt')}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${files.path('service-accounts.pub')}`,
    `--service-account-signing-key-file=${files.path('service-accounts.key')}`,
    '--service-cluster-ip-range=10.0.0.0/24',
    '--authorization-mode=RBAC',
    '--anonymous-auth=false',
    '--enable-priority-and-fairness=false',
    '--profiling=false',
    '--allow-privileged=true',
    `--audit-policy-file=${files.path('audit-policy.json')}`,
    '--audit-log-path=-',
    // one by one as they come, but never so that a reader who is busy holds up answers
    '--audit-log-mode=batch',
    '--audit-log-batch-max-size=1',
    '--audit-log-batch-buffer-size=100000',
    ...(controllers ? [] : ['--disable-admission-plugins=ServiceAccount']),
    ...(minorVersion < firstWithSnapshots ? [] : ['--feature-gates=ListFromCacheSnapshot=false']),
  ]
}

const controllerNames = [
  'certificatesigningrequest-signing-controller',
  'certificatesigningrequest-cleaner-controller',
  'garbage-collector-controller',
  'namespace-controller',
  'serviceaccount-controller',
  'serviceaccount-token-controller',
  'clusterrole-aggregation-controller',
  'persistentvolumeclaim-protection-controller',
  'persistentvolume-protection-controller',
  'root-ca-certificate-publisher-controller',
]

/** The controllers that the in-memory cluster has too; no workloads, as nothing runs pods. */
export const controllerManagerArguments = (files: ClusterFiles, kubeconfig: string): string[] => [
  `--kubeconfig=${kubeconfig}`,
  '--leader-elect=false',
  '--secure-port=0',
  '--use-service-account-credentials=false',
  `--service-account-private-key-file=${files.path('service-accounts.key')}`,
  `--root-ca-file=${files.path('ca.crt')}`,
  `--cluster-signing-cert-file=${files.path('client-ca.crt')}`,
  `--cluster-signing-key-file=${files.path('client-ca.key')}`,
  // its limits are for sharing a server; a test waits for it
  '--kube-api-qps=1000',
  '--kube-api-burst=2000',
  `--controllers=${controllerNames.join(',')}`,
]

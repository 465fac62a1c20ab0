/**
 * Why a certificate request is left alone. No condition carries them: a request may be somebody else’s. They are
 * on /debug/derived, as the states of the rule csr-approval.
 */
export const requestReasons = {
  NotAnAddOn: 'Its name does not begin with “addon”.',
  OtherSigner: 'It asks another signer than kubernetes.io/kube-apiserver-client.',
  OtherUsages:
    'Its usages are not within digital signature, key encipherment and client auth, or lack client auth.',
  NotOurs: 'Its labels do not name a cluster and our add-on.',
  NoManagedCluster: 'The ManagedCluster that its label names is not there or is being deleted.',
  NotAccepted: 'That ManagedCluster is not accepted.',
  NoAddOn: 'That cluster has no ManagedClusterAddOn of ours.',
  GrpcNotSupported:
    'The cluster registered over gRPC, where requests cannot be told from those of another cluster.',
  OtherRequester: 'It was not made by the klusterlet of that cluster.',
  Malformed: 'It is no certificate request that can be read.',
  NotSigned: 'Its signature does not match its public key.',
  OtherCommonName: 'Its common name is not that of the cluster’s agent.',
  OtherOrganisations: 'Its organisations are not the groups of the cluster’s agent.',
  OtherSubject: 'Its subject has more than a common name and organisations.',
  OtherNames: 'It asks for e-mail addresses, IP addresses or URIs.',
} as const satisfies Readonly<Record<string, string>>
